package io.ringfence.targets.nftables;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Host;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Router;
import io.ringfence.model.Segment;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Topology;
import io.ringfence.model.UserSet;
import io.ringfence.targets.nftables.read.NftablesReader;
import io.ringfence.targets.nftables.read.Reading;
import io.ringfence.targets.nftables.read.Situation;
import io.ringfence.targets.nftables.read.Situation.Hook;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the artifact of each machine on a flow's way does with its first packet, and by which rule;
 * read out of the emitted text by the independent reader. For one thread.
 */
public final class ArtifactTraces {
  private static final String OTHER = "other";
  private static final String JUMP = ": jump ";
  private static final String GOTO = ": goto ";

  private final NetworkProjection projection;
  private final FlowSpace space;
  private final Map<Placement, Reading> readings = new HashMap<>();

  public ArtifactTraces(NetworkProjection projection) {
    this.projection = projection;
    this.space = FlowSpace.of(projection.directory());
  }

  /**
   * One machine's treatment of a flow.
   *
   * @param gate the way into, out of, or through the machine
   * @param rules the rules and elements that decide; the last has the verdict
   */
  public record Trace(Placement machine, String gate, boolean passes, List<String> rules) {
    public Trace {
      rules = List.copyOf(rules);
    }
  }

  /** The sender's host, the routers, and the receiver's host, as far as the blueprint has them. */
  public List<Trace> of(Flow flow) {
    Topology topology = projection.topology();
    Optional<Host> from = topology.hostAt(flow.source());
    Optional<Host> to = topology.hostAt(flow.destination());
    if (from.isPresent() && from.equals(to)) {
      return topology.hostWithin(flow).map(h -> within(h, flow)).stream().toList();
    }
    List<Trace> out = new ArrayList<>();
    from.ifPresent(
        h -> out.add(trace(new Placement.AtHost(h), first(Hook.OUTPUT, "", OTHER), flow)));
    routers(flow).forEach(r -> out.add(across(r, flow)));
    to.ifPresent(h -> out.add(trace(new Placement.AtHost(h), first(Hook.INPUT, OTHER, ""), flow)));
    return out;
  }

  private static Situation first(Hook hook, String in, String out) {
    return Situation.first(hook, in, out);
  }

  private Trace within(Host host, Flow flow) {
    return trace(new Placement.AtHost(host), first(Hook.OUTPUT, "", Situation.LOOPBACK), flow);
  }

  /** Those that the flow may cross, the ones of its source's segment first. */
  private List<Router> routers(Flow flow) {
    Directory directory = projection.directory();
    Optional<Segment> from = directory.segmentAt(flow.source());
    Optional<Segment> to = directory.segmentAt(flow.destination());
    List<Router> near = new ArrayList<>();
    List<Router> between = new ArrayList<>();
    List<Router> far = new ArrayList<>();
    for (Router router : projection.topology().routers().values()) {
      if (projection.topology().crosses(router, from, to)) {
        List<Router> where = serves(router, from) ? near : serves(router, to) ? far : between;
        where.add(router);
      }
    }
    near.addAll(between);
    near.addAll(far);
    return near;
  }

  private static boolean serves(Router router, Optional<Segment> segment) {
    return segment.filter(s -> router.segments().contains(s.name())).isPresent();
  }

  private Trace across(Router router, Flow flow) {
    Directory directory = projection.directory();
    String in = facing(router, directory.segmentAt(flow.source()));
    String out = facing(router, directory.segmentAt(flow.destination()));
    return trace(new Placement.AtRouter(router), first(Hook.FORWARD, in, out), flow);
  }

  private static String facing(Router router, Optional<Segment> segment) {
    return segment.map(s -> router.interfaces().getOrDefault(s.name(), OTHER)).orElse(OTHER);
  }

  private Trace trace(Placement machine, Situation situation, Flow flow) {
    Reading reading = readings.computeIfAbsent(machine, this::read);
    FlowSet one = exactly(space, flow);
    boolean passes = reading.pass(situation, one).dropped().all().isEmpty();
    return new Trace(
        machine, situation.hook().text(), passes, decisive(reading.trace(situation, one)));
  }

  private Reading read(Placement machine) {
    var ruleset = NftablesRenderer.render(projection, machine, new Generation(1));
    return NftablesReader.read(ruleset.json(), NftablesRenderer.TABLE, space);
  }

  /** The way that ends in the verdict, without the chains that came back. */
  static List<String> decisive(List<String> trace) {
    List<String> out = new ArrayList<>();
    String chain = "";
    for (String line : trace.reversed()) {
      if (out.isEmpty() || chain.equals(target(line))) {
        out.addFirst(line);
        chain = chain(line);
      }
    }
    return out;
  }

  private static String chain(String line) {
    return line.substring(line.indexOf('`') + 1, line.indexOf('`', line.indexOf('`') + 1));
  }

  private static String target(String line) {
    int at = Math.max(line.lastIndexOf(JUMP), line.lastIndexOf(GOTO));
    return at < 0 ? "" : line.substring(at + JUMP.length());
  }

  /** One flow, of any source port, and answered for no other name than its own. */
  static FlowSet exactly(FlowSpace space, Flow flow) {
    FlowSet out = byAnyName(space, flow);
    for (String name : space.names()) {
      boolean another = flow.fqdn().filter(name::equals).isEmpty();
      out = another ? out.minus(space.fqdn(name)) : out;
    }
    return out;
  }

  /** The same, whatever else its destination was answered for. */
  static FlowSet byAnyName(FlowSpace space, Flow flow) {
    boolean ported = flow.protocol().hasPorts() || flow.protocol().isIcmp();
    PortRange port =
        ported
            ? new PortRange(flow.protocol(), flow.port(), flow.port())
            : PortRange.all(flow.protocol());
    return space.of(
        new Permit(
            "flow",
            Permit.Leg.DIRECT,
            AddressSet.of(flow.source()),
            AddressSet.of(flow.destination()),
            flow.fqdn(),
            PortSet.of(port),
            flow.user().isPresent() ? UserSet.of(flow.user()) : UserSet.ALL,
            SourceLocation.BUILT_IN));
  }
}
