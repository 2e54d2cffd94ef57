package io.ringfence.verifier.guardrails;

import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Flow;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Listeners;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Request;
import io.ringfence.model.Senders;
import io.ringfence.model.Workload;
import io.ringfence.verifier.operations.Grant;
import io.ringfence.verifier.operations.NameSet;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.reach.BlastRadius;
import io.ringfence.verifier.reach.CompromiseSpread;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.GuardrailEnds;
import io.ringfence.verifier.subject.PartAnalysis;
import io.ringfence.verifier.subject.PermittedFlows;
import io.ringfence.verifier.subject.RequestWitness;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Proves {@code contained}: every flow that a compromise spreads over, hop after hop, ends within
 * the places named. Guardrails that forbid flows are set aside, for they are proved apart.
 */
public final class Containment extends PartAnalysis<Guardrail.Contained> {
  @Override
  protected List<Guardrail.Contained> parts(Subject subject) {
    List<Guardrail.Contained> out = new ArrayList<>();
    for (Guardrail guardrail : subject.blueprint().guardrails()) {
      if (guardrail instanceof Guardrail.Contained contained) {
        out.add(contained);
      }
    }
    return out;
  }

  @Override
  protected Function<Guardrail.Contained, Found> look(Subject subject) {
    CompromiseSpread spread = new CompromiseSpread(subject, subject.projection().index());
    return guardrail -> {
      List<Finding> out = new ArrayList<>();
      BlastRadius radius = spread.from(guardrail.compromise());
      List<Senders> senders = senders(subject, guardrail, radius);
      addStrays(subject, guardrail, radius, senders, out);
      addCollections(subject, guardrail, radius, out);
      List<Permit> sent = senders.stream().map(Containment::outOf).toList();
      return new Found(out, sent);
    };
  }

  private static Permit outOf(Senders senders) {
    return Permit.box(senders.addresses(), AddressSet.ALL, PortSet.ALL);
  }

  /** One finding per thing reached that is not within. */
  private static void addStrays(
      Subject subject,
      Guardrail.Contained guardrail,
      BlastRadius radius,
      List<Senders> senders,
      List<Finding> out) {
    GuardrailEnds ends = new GuardrailEnds(subject.directory());
    List<Permit> within =
        new ArrayList<>(
            ends.into(guardrail.name(), guardrail.at(), AddressSet.ALL, guardrail.within()));
    within.addAll(itself(subject, guardrail));
    Set<String> seen = new HashSet<>();
    List<AddressRange> places = new ArrayList<>();
    senders.forEach(f -> places.addAll(f.addresses().ranges()));
    Permit sent = Permit.box(new AddressSet(places), AddressSet.ALL, PortSet.ALL);
    for (Permit permit : subject.projection().index().meeting(sent)) {
      for (Senders from : permit.leg() == Permit.Leg.TO_GATEWAY ? List.<Senders>of() : senders) {
        for (Permit stray : minus(permit.sentBy(from), within)) {
          for (Permit part : byTarget(subject, stray)) {
            Optional<Flow> flow = subject.witnesses().flow(part);
            if (flow.isPresent() && seen.add(target(subject, flow.get()))) {
              out.add(stray(subject, guardrail, radius, permit.rule(), flow.get()));
            }
          }
        }
      }
    }
  }

  private static List<Permit> minus(Optional<Permit> permit, List<Permit> boxes) {
    return permit.map(p -> PermittedFlows.minus(p, boxes)).orElse(List.of());
  }

  /** The parts of a box that end at each workload, then the whole, for what is no workload's. */
  private static List<Permit> byTarget(Subject subject, Permit box) {
    List<Permit> out = new ArrayList<>();
    for (Workload workload : subject.receivers(box)) {
      box.arrivingAt(subject.directory().listeners(workload)).ifPresent(out::add);
    }
    out.add(box);
    return out;
  }

  /** Who has one address of a workload has the workload. */
  private static List<Workload> start(Subject subject, Place place) {
    List<Workload> named = subject.directory().workloads(place);
    return named.isEmpty()
        ? subject.workloadsIn(subject.directory().guardrailAddresses(place))
        : named;
  }

  /** What goes to the start reaches nothing new. */
  private static List<Permit> itself(Subject subject, Guardrail.Contained guardrail) {
    List<Listeners> there = new ArrayList<>();
    for (Endpoint end : guardrail.compromise()) {
      there.addAll(subject.directory().guardrailListeners(end.place(), PortSet.ALL));
      there.addAll(subject.directory().listeners(start(subject, end.place())));
    }
    return there.stream()
        .map(
            l ->
                new Permit(
                    guardrail.name(),
                    Permit.Leg.DIRECT,
                    AddressSet.ALL,
                    l.addresses(),
                    Optional.empty(),
                    l.ports(),
                    guardrail.at()))
        .toList();
  }

  private static List<Senders> senders(
      Subject subject, Guardrail.Contained guardrail, BlastRadius radius) {
    Set<Workload> workloads = new LinkedHashSet<>();
    List<AddressRange> places = new ArrayList<>();
    List<Senders> out = new ArrayList<>();
    for (Endpoint end : guardrail.compromise()) {
      workloads.addAll(start(subject, end.place()));
      for (Senders from : subject.directory().guardrailSenders(end.place())) {
        if (from.users().isAll()) {
          places.addAll(from.addresses().ranges());
        } else {
          out.add(from);
        }
      }
    }
    radius.workloads().forEach(w -> workloads.add(subject.blueprint().workloads().get(w)));
    for (Senders from : subject.directory().senders(List.copyOf(workloads))) {
      if (from.users().isAll()) {
        places.addAll(from.addresses().ranges());
      } else {
        out.add(from);
      }
    }
    out.addFirst(Senders.at(new AddressSet(places)));
    return out;
  }

  /** What a flow reaches: a workload, a name, or an address outside. */
  private static String target(Subject subject, Flow flow) {
    return subject
        .directory()
        .destination(flow)
        .map(Workload::name)
        .or(flow::fqdn)
        .orElse(Blueprint.INTERNET);
  }

  private static Finding stray(
      Subject subject, Guardrail.Contained guardrail, BlastRadius radius, String rule, Flow flow) {
    String message =
        "guardrail `%s` contains a compromise of `%s`, which rule `%s` lets reach %s: %s"
            .formatted(
                guardrail.name(),
                radius.start(),
                rule,
                "`" + target(subject, flow) + "`",
                subject.text(flow));
    return Finding.of(Check.NOT_CONTAINED, guardrail.name(), message, guardrail.at(), flow)
        .withDetails(path(subject, radius, flow));
  }

  /** The hops from the start to where the flow begins. */
  private static List<String> path(Subject subject, BlastRadius radius, Flow flow) {
    List<String> out = new ArrayList<>();
    Optional<BlastRadius.Hop> hop = hopTo(subject, radius, flow);
    while (hop.isPresent()) {
      BlastRadius.Hop step = hop.get();
      out.addFirst("hop " + step.depth() + ": " + subject.text(step.flow()) + " by " + step.rule());
      hop = hopTo(subject, radius, step.flow());
    }
    return out;
  }

  private static Optional<BlastRadius.Hop> hopTo(Subject subject, BlastRadius radius, Flow flow) {
    return subject.directory().source(flow).flatMap(w -> radius.hopTo(w.name()));
  }

  /** Bounds what is reached through gateways, if the guardrail does, and reports it. */
  private static void addCollections(
      Subject subject, Guardrail.Contained guardrail, BlastRadius radius, List<Finding> out) {
    RequestWitness requests = new RequestWitness(subject);
    Optional<Request> first = Optional.empty();
    List<String> lines = new ArrayList<>();
    for (BlastRadius.GatewayReach reach : radius.gateways()) {
      for (Grant grant : reach.grants()) {
        Optional<Request> request = requests.any(grant, AddressSet.ALL);
        if (request.isPresent()) {
          first = first.or(() -> request);
          lines.add(grant.text() + " through " + reach.gateway() + " under " + reach.rule());
        }
        guardrail
            .collections()
            .flatMap(bound -> beyond(requests, grant, bound))
            .ifPresent(r -> out.add(beyond(guardrail, radius, reach, r)));
      }
    }
    if (first.isPresent()) {
      String message =
          "a compromise of `" + radius.start() + "` reaches through gateways what its rules grant";
      out.add(
          Finding.of(
                  Check.COLLECTIONS_REACHED, guardrail.name(), message, guardrail.at(), first.get())
              .withDetails(List.copyOf(new LinkedHashSet<>(lines))));
    }
  }

  private static Optional<Request> beyond(
      RequestWitness requests, Grant grant, List<NamePattern> bound) {
    for (NameSet names : grant.collections()) {
      Optional<Request> request =
          names
              .exampleOutside(bound)
              .flatMap(name -> requests.of(grant, AddressSet.ALL, Optional.of(name)));
      if (request.isPresent()) {
        return request;
      }
    }
    return Optional.empty();
  }

  private static Finding beyond(
      Guardrail.Contained guardrail,
      BlastRadius radius,
      BlastRadius.GatewayReach reach,
      Request request) {
    String message =
        "guardrail `%s` bounds the collections that a compromise of `%s` reaches, and rule `%s` lets it %s `%s`"
            .formatted(
                guardrail.name(),
                radius.start(),
                reach.rule(),
                request.action().text(),
                request.collection().orElseThrow());
    return Finding.of(Check.NOT_CONTAINED, guardrail.name(), message, guardrail.at(), request);
  }
}
