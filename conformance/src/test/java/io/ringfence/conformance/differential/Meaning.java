package io.ringfence.conformance.differential;

import io.ringfence.decision.Authorizer;
import io.ringfence.model.Address;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Mode;
import io.ringfence.model.PortSet;
import io.ringfence.model.Protocol;
import io.ringfence.model.Router;
import io.ringfence.model.Segment;
import io.ringfence.model.Topology;
import io.ringfence.model.Verdict;
import io.ringfence.model.Workload;
import io.ringfence.targets.nftables.Form;
import io.ringfence.targets.nftables.Placement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What the reference decision, and docs/LANGUAGE.md around it, say of packets at one machine. Knows
 * nothing of how a ruleset is written.
 */
final class Meaning {
  /** What is to become of a packet. */
  enum Expected {
    PASS,
    DROP,
    /** The language does not say. */
    ANY
  }

  private static final int CLIENT_PORT_MIN = 32768;

  private final Directory directory;
  private final Topology topology;
  private final Placement placement;
  private final Form form;
  private final Authorizer authorizer;
  private final ResolvedNames names;
  private final Map<Flow, Verdict> verdicts = new HashMap<>();

  Meaning(Directory directory, Placement placement, Form form, ResolvedNames names) {
    this.directory = directory;
    this.topology = new Topology(directory);
    this.placement = placement;
    this.form = form;
    this.names = names;
    this.authorizer = new Authorizer(directory);
  }

  /** How many different flows it has been asked about. */
  int flowCount() {
    return verdicts.size();
  }

  Verdict verdict(Flow flow) {
    return verdicts.computeIfAbsent(flow, authorizer::decide);
  }

  /** A host to itself is outside the model. */
  boolean isOutside(Flow flow) {
    return verdict(flow).decider().equals(Authorizer.OUTSIDE);
  }

  /** Whether the blueprint permits the flow and it goes by this machine. */
  boolean permits(Flow flow) {
    return isHere(flow) && senders(flow).anyMatch(f -> verdict(f).permitted());
  }

  /** Who sends on another machine cannot be seen here, so that it may be any of those there. */
  private Stream<Flow> senders(Flow flow) {
    List<Workload> there = directory.workloadsAt(flow.source());
    boolean seen =
        placement instanceof Placement.AtHost at && at.host().addresses().contains(flow.source());
    return seen || there.stream().allMatch(w -> w.process().isEmpty())
        ? Stream.of(flow)
        : there.stream().map(w -> OptionalLong.of(w.process().orElseThrow().user())).map(flow::by);
  }

  /** What becomes of a packet that does not leave this machine, if it tells processes apart. */
  Expected within(Flow flow) {
    Verdict verdict = authorizer.decideWithin(((Placement.AtHost) placement).host(), flow);
    boolean passes = verdict.permitted() || verdict.decider().equals(Authorizer.OUTSIDE);
    return passes ? Expected.PASS : denied(flow.source(), flow.destination());
  }

  /** The users whose sockets may matter here; none where processes are not told apart. */
  List<Long> users() {
    return placement instanceof Placement.AtHost at
        ? directory.processes(at.host()).stream()
            .map(w -> w.process().orElseThrow().user())
            .toList()
        : List.of();
  }

  /** The ports that processes here listen at. */
  PortSet ports() {
    return placement instanceof Placement.AtHost at
        ? PortSet.union(directory.processes(at.host()).stream().map(Workload::ports).toList())
        : PortSet.EMPTY;
  }

  private boolean isHere(Flow flow) {
    return switch (placement) {
      case Placement.AtHost at -> isAtOneEnd(at.host().addresses(), flow);
      case Placement.AtRouter at ->
          isAtOneEnd(at.router().addresses(), flow) || isAcross(at.router(), flow);
    };
  }

  private static boolean isAtOneEnd(List<Address> own, Flow flow) {
    return own.contains(flow.source()) != own.contains(flow.destination());
  }

  private boolean isAcross(Router router, Flow flow) {
    Optional<Segment> from = directory.segmentAt(flow.source());
    Optional<Segment> to = directory.segmentAt(flow.destination());
    return topology.crosses(router, from, to);
  }

  /** A packet that opens its flow. */
  Expected opening(Flow flow) {
    return permits(flow) ? Expected.PASS : denied(flow.source(), flow.destination());
  }

  /**
   * A TCP packet without SYN that belongs to no connection: it may go on where its flow may, if its
   * ports say that its sender is the client, since no reply looks like that.
   */
  Expected midstream(Flow flow, int sourcePort) {
    boolean client = sourcePort >= CLIENT_PORT_MIN && flow.port() < CLIENT_PORT_MIN;
    return client && flow.port() > 0 ? opening(flow) : denied(flow.source(), flow.destination());
  }

  /** The first answer to a packet that did not pass, which so is of no connection. */
  Expected unsolicitedReply(Flow flow, int sourcePort, long sender) {
    Protocol protocol = flow.protocol();
    boolean opens = !protocol.isIcmp() && !protocol.equals(Protocol.SCTP);
    // A SYN-ACK, an echo reply or an INIT-ACK opens nothing; a bare datagram does.
    if (!opens || protocol.equals(Protocol.TCP)) {
      return denied(flow.destination(), flow.source());
    }
    int port = protocol.hasPorts() ? sourcePort : 0;
    return opening(
        names.named(
            new Flow(flow.destination(), flow.source(), protocol, port)
                .by(OptionalLong.of(sender))));
  }

  /** A denied packet is dropped if either end's segment enforces, else it is only logged. */
  Expected denied(Address source, Address destination) {
    if (form == Form.ENFORCING) {
      return Expected.DROP;
    }
    List<Mode> modes =
        Stream.of(source, destination)
            .flatMap(a -> directory.segmentAt(a).stream())
            .map(Segment::mode)
            .toList();
    if (modes.contains(Mode.ENFORCE)) {
      return Expected.DROP;
    }
    return modes.isEmpty() ? Expected.ANY : Expected.PASS;
  }
}
