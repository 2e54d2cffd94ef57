package io.ringfence.verifier.rollout;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Listeners;
import io.ringfence.model.PortSet;
import io.ringfence.verifier.Verification;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Severity;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What stands against a first step, by either blueprint. */
record FirstStep(Subject before, Subject after, Subject middle) {
  List<String> objections() {
    List<String> out = new ArrayList<>(ofTheNew());
    FlowSpace space = FlowSpace.of(before.directory(), middle.directory());
    out.addAll(ofTheOld(space));
    out.addAll(tooWide(space));
    return out;
  }

  private List<String> ofTheNew() {
    Set<String> own = new LinkedHashSet<>();
    Verification.of(after).findings(Severity.ERROR).forEach(f -> own.add(f.message()));
    return Verification.of(middle).findings(Severity.ERROR).stream()
        .filter(f -> !own.contains(f.message()))
        .map(FirstStep::ofTheNew)
        .toList();
  }

  private static String ofTheNew(Finding finding) {
    return "step 1 would go against the new blueprint's `%s` at %s: %s"
        .formatted(finding.subject(), finding.at(), finding.message());
  }

  private List<String> ofTheOld(FlowSpace space) {
    FlowSet peers = space.of(peers());
    List<String> out = new ArrayList<>();
    for (Guardrail.Forbids guardrail : before.forbidden().forbidding()) {
      FlowSet against = peers.intersect(before.forbidden().of(guardrail, space));
      middle
          .witnesses()
          .flow(against)
          .map(
              f ->
                  "step 1 would permit %s, which the old blueprint's guardrail `%s` at %s forbids; change the guardrail by itself first"
                      .formatted(middle.text(f), guardrail.name(), guardrail.at()))
          .ifPresent(out::add);
    }
    return out;
  }

  /** What the first step permits between members, at the ports of either blueprint. */
  private List<Permit> peers() {
    List<Permit> out = new ArrayList<>();
    for (Cluster cluster : Cluster.of(Optional.of(before), middle)) {
      List<Member> all = new ArrayList<>(cluster.before());
      all.addAll(cluster.after());
      AddressSet addresses = AddressSet.ofAddresses(all.stream().map(Member::address).toList());
      PortSet ports = PortSet.union(all.stream().map(Member::ports).distinct().toList());
      middle.permitted().permits().stream()
          .flatMap(p -> p.between(addresses, addresses).stream())
          .flatMap(p -> p.arrivingAt(new Listeners(addresses, ports)).stream())
          .forEach(out::add);
    }
    return out;
  }

  /** A rule by name or address may say more than one member; then it is no step. */
  private List<String> tooWide(FlowSpace space) {
    FlowSet more =
        space
            .of(middle.projection().permits())
            .minus(space.of(before.projection().permits()))
            .minus(space.of(after.projection().permits()));
    return middle
        .witnesses()
        .flow(more)
        .map(f -> "step 1 would permit " + middle.text(f) + ", which neither blueprint does")
        .stream()
        .toList();
  }
}
