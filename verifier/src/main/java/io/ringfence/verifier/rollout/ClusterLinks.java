package io.ringfence.verifier.rollout;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Host;
import io.ringfence.model.Listeners;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Router;
import io.ringfence.model.Segment;
import io.ringfence.model.Senders;
import io.ringfence.model.Topology;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** The links between a cluster's members, by one membership, while machines change. */
final class ClusterLinks {
  private final Optional<Subject> before;
  private final Subject after;
  private final List<Member> members;
  private final List<Permit> permitsBefore;
  private final List<Permit> permitsAfter;
  private final List<String> machines;

  /** Ports of one direction that only one generation lets through, or neither. */
  private record Direction(PortSet onlyOld, PortSet onlyNew, PortSet neither) {}

  ClusterLinks(Optional<Subject> before, Subject after, List<Member> members) {
    this.before = before;
    this.after = after;
    this.members = members;
    PortSet ports = PortSet.union(members.stream().map(Member::ports).distinct().toList());
    this.permitsBefore = before.map(s -> relevant(s, ports)).orElse(List.of());
    this.permitsAfter = relevant(after, ports);
    Set<String> met = new TreeSet<>();
    pairs((a, b) -> met.addAll(way(a, b)));
    this.machines = List.copyOf(met);
  }

  private static List<Permit> relevant(Subject subject, PortSet ports) {
    return subject.permitted().permits().stream()
        .filter(p -> p.fqdn().isEmpty() && !p.ports().intersect(ports).isEmpty())
        .toList();
  }

  private interface Pair {
    void take(Member a, Member b);
  }

  private void pairs(Pair pair) {
    for (int a = 0; a < members.size(); a++) {
      for (int b = a + 1; b < members.size(); b++) {
        pair.take(members.get(a), members.get(b));
      }
    }
  }

  /** The machines on the members' ways, sorted; numbered so in sets of them. */
  List<String> machines() {
    return machines;
  }

  QuorumSearch search() {
    List<QuorumSearch.Link> links = new ArrayList<>();
    for (int a = 0; a < members.size(); a++) {
      for (int b = a + 1; b < members.size(); b++) {
        links.add(link(a, b));
      }
    }
    return new QuorumSearch(members.size(), machines.size(), links);
  }

  private QuorumSearch.Link link(int a, int b) {
    Member one = members.get(a);
    Member other = members.get(b);
    BitSet way = new BitSet();
    way(one, other).forEach(m -> way.set(machines.indexOf(m)));
    return new QuorumSearch.Link(a, b, up(direction(one, other), direction(other, one)), way);
  }

  /**
   * Ports that only the old generation lets through and such that only the new one does are never
   * open together: a way has a machine, and it enforces one of the two.
   */
  private static QuorumSearch.Up up(Direction there, Direction back) {
    boolean old = !there.onlyOld().isEmpty() || !back.onlyOld().isEmpty();
    boolean is = !there.onlyNew().isEmpty() || !back.onlyNew().isEmpty();
    boolean never = !there.neither().isEmpty() || !back.neither().isEmpty();
    if (never || (old && is)) {
      return QuorumSearch.Up.NEVER;
    }
    return old ? QuorumSearch.Up.WHILE_OLD : is ? QuorumSearch.Up.ONCE_NEW : QuorumSearch.Up.ALWAYS;
  }

  private Direction direction(Member from, Member to) {
    PortSet old = before.isEmpty() ? to.ports() : open(before, permitsBefore, from, to);
    PortSet is = open(Optional.of(after), permitsAfter, from, to);
    return new Direction(old.minus(is), is.minus(old), to.ports().minus(old).minus(is));
  }

  /** Which of the receiver's peer ports a generation lets the sender reach. */
  private static PortSet open(
      Optional<Subject> generation, List<Permit> permits, Member from, Member to) {
    if (outsideTheModel(generation.orElseThrow(), from, to)) {
      return to.ports();
    }
    return PortSet.union(
        permits.stream().flatMap(p -> part(p, from, to).stream()).map(Permit::ports).toList());
  }

  private static Optional<Permit> part(Permit permit, Member from, Member to) {
    Senders senders = new Senders(AddressSet.of(from.address()), from.users());
    Listeners listeners = new Listeners(AddressSet.of(to.address()), to.ports());
    return permit.sentBy(senders).flatMap(p -> p.arrivingAt(listeners));
  }

  /** A host's traffic to itself, where its processes are not told apart. */
  private static boolean outsideTheModel(Subject generation, Member from, Member to) {
    Optional<Host> host = generation.topology().hostAt(from.address());
    return host.filter(h -> h.addresses().contains(to.address())).isPresent()
        && generation.directory().processes(host.get()).isEmpty();
  }

  private Set<String> way(Member a, Member b) {
    Set<String> out = new TreeSet<>();
    before.ifPresent(s -> addWay(s, a, b, out));
    addWay(after, a, b, out);
    return out;
  }

  private static void addWay(Subject subject, Member a, Member b, Set<String> out) {
    Topology topology = subject.topology();
    topology.hostAt(a.address()).ifPresent(h -> out.add("host " + h.name()));
    topology.hostAt(b.address()).ifPresent(h -> out.add("host " + h.name()));
    Directory directory = subject.directory();
    Optional<Segment> from = directory.segmentAt(a.address());
    Optional<Segment> to = directory.segmentAt(b.address());
    for (Router router : topology.routers().values()) {
      if (topology.crosses(router, from, to) || topology.crosses(router, to, from)) {
        out.add("router " + router.name());
      }
    }
  }

  /** What is said of a state in which the quorum is lost. */
  QuorumLoss loss(Cluster cluster, QuorumLoss.Membership membership, BitSet changed) {
    List<String> named = changed.stream().mapToObj(machines::get).toList();
    PortSet missing = PortSet.EMPTY;
    Optional<Flow> witness = Optional.empty();
    Optional<QuorumLoss.LostRule> lost = Optional.empty();
    for (Member from : members) {
      for (Member to : members) {
        PortSet shut = from.equals(to) ? PortSet.EMPTY : shut(from, to, named);
        if (!shut.isEmpty()) {
          missing = missing.union(shut);
          Optional<QuorumLoss.LostRule> rule = rule(from, to, shut);
          if (witness.isEmpty() || (lost.isEmpty() && rule.isPresent())) {
            witness = Optional.of(flow(from, to, shut));
            lost = rule;
          }
        }
      }
    }
    return new QuorumLoss(
        cluster.engine(),
        members.stream().map(Member::workload).distinct().sorted().toList(),
        membership,
        members.stream().map(Member::address).sorted().toList(),
        QuorumSearch.majority(members.size()),
        named,
        changed.cardinality() == machines.size(),
        missing,
        witness.orElseThrow(),
        lost);
  }

  private PortSet shut(Member from, Member to, List<String> changed) {
    Direction direction = direction(from, to);
    Set<String> way = way(from, to);
    PortSet out = direction.neither();
    if (way.stream().anyMatch(changed::contains)) {
      out = out.union(direction.onlyOld());
    }
    return changed.containsAll(way) ? out : out.union(direction.onlyNew());
  }

  private Optional<QuorumLoss.LostRule> rule(Member from, Member to, PortSet shut) {
    return permitsBefore.stream()
        .flatMap(p -> part(p, from, to).stream())
        .filter(p -> !p.ports().intersect(shut).isEmpty())
        .map(p -> new QuorumLoss.LostRule(p.rule(), p.at()))
        .findFirst();
  }

  private static Flow flow(Member from, Member to, PortSet ports) {
    PortRange port = ports.ranges().getFirst();
    long user = from.users().ranges().getFirst().first();
    return new Flow(from.address(), to.address(), port.protocol(), port.first())
        .by(from.users().isAll() ? OptionalLong.empty() : OptionalLong.of(user));
  }

  /** A direction of a link that the new generation shuts, and what a first step keeps open. */
  record Kept(Member from, Member to, PortSet ports, String rule) {}

  List<Kept> kept() {
    Set<Kept> out = new LinkedHashSet<>();
    for (Member to : members) {
      for (Member from : members) {
        PortSet only = from.equals(to) ? PortSet.EMPTY : direction(from, to).onlyOld();
        if (!only.isEmpty() && before.isPresent()) {
          String rule = rule(from, to, only).map(QuorumLoss.LostRule::name).orElse("");
          out.add(new Kept(from, to, only, rule));
        }
      }
    }
    return List.copyOf(out);
  }
}
