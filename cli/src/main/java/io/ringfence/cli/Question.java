package io.ringfence.cli;

import io.ringfence.model.Action;
import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Flow;
import io.ringfence.model.Gateway;
import io.ringfence.model.Listeners;
import io.ringfence.model.Place;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Principal;
import io.ringfence.model.Request;
import io.ringfence.model.Senders;
import io.ringfence.model.Workload;
import io.ringfence.verifier.Explanation;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What {@code explain} is asked about. */
record Question(Subject subject, Endpoint from, Endpoint to, Optional<String> port) {
  /** An explanation of a permitted flow among those meant, and of a denied one, as there are. */
  List<Explanation> ofFlows() {
    FlowSet meant = subject.space().of(boxes());
    FlowSet permitted = subject.permittedSet();
    List<Explanation> out = new ArrayList<>();
    for (FlowSet part : List.of(meant.intersect(permitted), meant.minus(permitted))) {
      Optional<Flow> flow = subject.witnesses().flow(part);
      flow.ifPresent(f -> out.add(Explanation.of(subject, f)));
    }
    if (out.isEmpty()) {
      // Within one machine, or none at all.
      Flow any =
          meant
              .witness()
              .orElseThrow(
                  () -> new Failure("there is no flow from " + from.text() + " to " + to.text()));
      out.add(Explanation.of(subject, any));
    }
    return out;
  }

  private List<Permit> boxes() {
    Optional<String> fqdn =
        to.place() instanceof Place.OfFqdn name ? Optional.of(name.fqdn()) : Optional.empty();
    if (fqdn.isPresent() && !subject.space().names().contains(fqdn.get())) {
      throw new Failure(
          "no rule names `%s`, so nobody may open flows to it by its name; `internet` asks about its"
                  .formatted(fqdn.get())
              + " addresses");
    }
    List<Permit> out = new ArrayList<>();
    for (Senders senders : senders()) {
      for (Listeners listeners : listeners()) {
        out.add(
            new Permit(
                "question",
                Permit.Leg.DIRECT,
                senders.addresses(),
                listeners.addresses(),
                fqdn,
                listeners.ports(),
                senders.users(),
                from.at()));
      }
    }
    return out;
  }

  /** At an address everybody sends; a workload that is a process only as its user. */
  private List<Senders> senders() {
    return from.place() instanceof Place.OfPrefix
        ? List.of(Senders.at(addresses(from.place())))
        : subject.directory().ruleSenders(from.place());
  }

  private List<Listeners> listeners() {
    return to.place() instanceof Place.OfPrefix
        ? List.of(new Listeners(addresses(to.place()), ports()))
        : subject.directory().targets(to.place(), ports());
  }

  /** A prefix is all its addresses, claimed or not; a segment is those of its workloads. */
  private AddressSet addresses(Place place) {
    return place instanceof Place.OfPrefix
        ? subject.directory().guardrailAddresses(place)
        : subject.directory().ruleAddresses(place);
  }

  private PortSet ports() {
    if (port.isPresent()) {
      return parsed(port.get());
    }
    return switch (to.ports()) {
      case Endpoint.Ports.Explicit p -> p.ports();
      case Endpoint.Ports.OfService p -> servicePorts(p.service());
      case Endpoint.Ports.Any p ->
          throw new Failure("which port? Write 6334/tcp, or name a service: " + services());
    };
  }

  private static PortSet parsed(String text) {
    try {
      return PortSet.parse(text.matches("[0-9]+") ? text + "/tcp" : text);
    } catch (IllegalArgumentException e) {
      throw new Failure(e.getMessage(), e);
    }
  }

  private PortSet servicePorts(String service) {
    List<PortSet> all = new ArrayList<>();
    for (Workload workload : subject.directory().workloads(to.place())) {
      Optional.ofNullable(workload.services().get(service)).ifPresent(s -> all.add(s.ports()));
    }
    return PortSet.union(all);
  }

  private String services() {
    String known =
        subject.directory().workloads(to.place()).stream()
            .flatMap(w -> w.services().keySet().stream().map(s -> w.name() + "/" + s))
            .limit(8)
            .collect(Collectors.joining(", "));
    return known.isEmpty() ? "there are none here" : known;
  }

  /** Of an operation through a gateway. */
  Explanation ofRequest(ExplainCommand.OperationOptions asked) {
    Gateway gateway = gateway(asked.via);
    Address source = first(from.place(), Optional.empty());
    Address destination = first(to.place(), Optional.of(source));
    PortRange at = ports().ranges().getFirst();
    Request request =
        new Request(
            source,
            gateway.name(),
            destination,
            at.protocol(),
            at.first(),
            new Principal(asked.as.or(() -> identity(source)), asked.tenant),
            action(asked.action),
            asked.collection,
            Facts.parse(asked.facts));
    return Explanation.of(subject, request);
  }

  private Optional<String> identity(Address source) {
    List<Workload> named = subject.directory().workloads(from.place());
    return subject.directory().workloadsAt(source).stream()
        .filter(w -> named.isEmpty() || named.contains(w))
        .findFirst()
        .flatMap(Workload::identity);
  }

  private Gateway gateway(Optional<String> named) {
    Blueprint blueprint = subject.blueprint();
    if (named.isPresent()) {
      Gateway gateway = blueprint.gateways().get(named.get());
      if (gateway == null) {
        throw new Failure(
            "no gateway `%s`; gateways are %s"
                .formatted(named.get(), String.join(", ", blueprint.gateways().keySet())));
      }
      return gateway;
    }
    List<Gateway> inFront =
        blueprint.gateways().values().stream()
            .filter(
                g ->
                    subject.directory().workloads(to.place()).stream()
                        .anyMatch(w -> g.inFrontOf().contains(w.name())))
            .toList();
    if (inFront.size() != 1) {
      throw new Failure("through which gateway? Name it with --via");
    }
    return inFront.getFirst();
  }

  private Address first(Place place, Optional<Address> like) {
    return addresses(place).ranges().stream()
        .map(AddressRange::first)
        .filter(a -> like.isEmpty() || a.family() == like.get().family())
        .findFirst()
        .orElseThrow(() -> new Failure("`" + place.text() + "` has no address that fits"));
  }

  private static Action action(Optional<String> word) {
    return word.map(
            w ->
                Arrays.stream(Action.values())
                    .filter(a -> a.text().equals(w))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new Failure(
                                "no action `%s`; actions are %s"
                                    .formatted(
                                        w,
                                        Arrays.stream(Action.values())
                                            .map(Action::text)
                                            .collect(Collectors.joining(", "))))))
        .orElse(Action.QUERY);
  }
}
