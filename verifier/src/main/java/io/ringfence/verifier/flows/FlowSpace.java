package io.ringfence.verifier.flows;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.BlueprintTest;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.UserSet;
import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The universe that one check's flow sets live in, and their maker.
 *
 * <p>A flow is a family, two addresses of it, a protocol that the family carries, a destination
 * port, the owner of the socket that opened it, a source port, and for each name whether the
 * resolvers answered it with the destination's address. Source ports are bound by artifacts only,
 * never by a blueprint. A space is for one thread, and its sets are not to be mixed with another's.
 */
public final class FlowSpace {
  /** Protocols that a witness shows rather than others. */
  private static final List<PortSet> FAMILIAR_PORTS =
      List.of(
          PortSet.parse("1-65535/tcp"),
          PortSet.parse("1-65535/udp"),
          PortSet.parse("icmp/echo-request"));

  /** Addresses that stand for any of {@code internet} (RFC 5737, RFC 3849), without zeros. */
  public static final AddressSet DOCUMENTATION =
      AddressSet.ofPrefixes(
              Stream.of("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
                  .map(Prefix::parse)
                  .toList())
          .minus(
              AddressSet.ofPrefixes(
                  Stream.of("192.0.2.0", "198.51.100.0", "203.0.113.0", "2001:db8::")
                      .map(Prefix::parse)
                      .toList()));

  private final DecisionDiagrams diagrams;
  private final Boxes boxes;
  private final List<String> names;
  private final List<FlowSet> preferences = new ArrayList<>();

  /**
   * @param names the fqdn names that some rule or artifact knows, in any order
   */
  public FlowSpace(Collection<String> names) {
    this(names, DecisionDiagrams.NODES_MAX);
  }

  FlowSpace(Collection<String> names, int nodesMax) {
    this.names = List.copyOf(new TreeSet<>(names));
    this.diagrams = new DecisionDiagrams(nodesMax);
    this.boxes = new Boxes(diagrams);
    FAMILIAR_PORTS.forEach(p -> preferences.add(box(AddressSet.ALL, AddressSet.ALL, p)));
  }

  /**
   * The space of some blueprints' names, whose witnesses show workloads rather than unclaimed
   * addresses, and documentation addresses (RFC 5737, RFC 3849) rather than others of {@code
   * internet}.
   */
  public static FlowSpace of(Directory... directories) {
    List<String> names = new ArrayList<>();
    AddressSet nice = AddressSet.EMPTY;
    for (Directory directory : directories) {
      addNames(directory, names);
      nice = nice.union(nice(directory));
    }
    FlowSpace space = new FlowSpace(names);
    space.preferences.addFirst(space.box(AddressSet.ALL, nice, PortSet.ALL));
    space.preferences.addFirst(space.box(nice, AddressSet.ALL, PortSet.ALL));
    return space;
  }

  /** A space without a blueprint, whose witnesses show documentation addresses, apart by end. */
  public static FlowSpace telling(Collection<String> names) {
    FlowSpace space = new FlowSpace(names);
    space.preferences.addFirst(space.box(AddressSet.ALL, shown("198.51.100", 2), PortSet.ALL));
    space.preferences.addFirst(space.box(shown("192.0.2", 1), AddressSet.ALL, PortSet.ALL));
    return space;
  }

  private static AddressSet shown(String network4, int network6) {
    String network = "2001:db8:" + network6 + "::";
    return AddressSet.ofPrefixes(
            Stream.of(network4 + ".0/24", network + "/64").map(Prefix::parse).toList())
        .minus(AddressSet.of(Address.parse(network)))
        .intersect(DOCUMENTATION);
  }

  private static void addNames(Directory directory, List<String> out) {
    for (AccessRule rule : directory.rules()) {
      rule.to().forEach(e -> addName(e.place(), out));
    }
    for (Guardrail guardrail : directory.blueprint().guardrails()) {
      switch (guardrail) {
        case Guardrail.Never g -> addNames(g.from(), g.to(), out);
        case Guardrail.Only g -> addNames(g.from(), g.to(), out);
        case Guardrail.Unreachable g -> addNames(g.places(), List.of(), out);
        case Guardrail.Contained g -> addNames(g.within(), List.of(), out);
        case Guardrail.Isolated g -> {}
      }
    }
    for (BlueprintTest test : directory.blueprint().tests()) {
      addName(test.to().place(), out);
    }
  }

  private static void addNames(List<Endpoint> some, List<Endpoint> more, List<String> out) {
    some.forEach(e -> addName(e.place(), out));
    more.forEach(e -> addName(e.place(), out));
  }

  private static void addName(Place place, List<String> out) {
    if (place instanceof Place.OfFqdn name) {
      out.add(name.fqdn());
    }
  }

  private static AddressSet nice(Directory directory) {
    return directory.claimed().union(DOCUMENTATION.intersect(directory.internet()));
  }

  /** The names that flows of this space may bear, sorted. */
  public List<String> names() {
    return names;
  }

  public FlowSet empty() {
    return set(DecisionDiagrams.FALSE);
  }

  /** Every flow there can be: each ICMP belongs to its own family only. */
  public FlowSet all() {
    return box(AddressSet.ALL, AddressSet.ALL, PortSet.ALL);
  }

  /** Every flow from here to there at these destination ports. */
  public FlowSet box(AddressSet from, AddressSet to, PortSet ports) {
    return set(boxes.box(from, to, ports, DecisionDiagrams.TRUE));
  }

  /**
   * The flows whose destination the resolvers answered for this name.
   *
   * @throws IllegalArgumentException when the space does not know the name
   */
  public FlowSet fqdn(String name) {
    return box(AddressSet.ALL, AddressSet.ALL, PortSet.ALL, name);
  }

  private FlowSet box(AddressSet from, AddressSet to, PortSet ports, String name) {
    return set(boxes.box(from, to, ports, answered(name)));
  }

  private int answered(String name) {
    int index = names.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException("no rule knows the name `" + name + "`");
    }
    return diagrams.node(
        FlowVariables.NAMES + index, DecisionDiagrams.FALSE, DecisionDiagrams.TRUE);
  }

  /** Every flow of these users. */
  public FlowSet users(UserSet users) {
    return box(AddressSet.ALL, AddressSet.ALL, PortSet.ALL, users);
  }

  /** Every flow of these users from here to there at these destination ports. */
  public FlowSet box(AddressSet from, AddressSet to, PortSet ports, UserSet users) {
    return set(boxes.box(from, to, ports, boxes.users(users, DecisionDiagrams.TRUE)));
  }

  /** The flows whose protocol and source port are among these. */
  public FlowSet sourcePorts(PortSet ports) {
    return set(boxes.ports(ports, FlowVariables.SOURCE_PORT));
  }

  public FlowSet of(Permit permit) {
    int named = permit.fqdn().map(this::answered).orElse(DecisionDiagrams.TRUE);
    int then = boxes.users(permit.users(), named);
    return set(boxes.box(permit.from(), permit.to(), permit.ports(), then));
  }

  /** What any of these permits. */
  public FlowSet of(Collection<Permit> permits) {
    List<FlowSet> sets = new ArrayList<>(permits.size());
    permits.forEach(p -> sets.add(of(p)));
    return union(sets);
  }

  /**
   * The union, pairwise, so that no large set is walked once per small one; sets of near sources
   * first, since what has no source in common has few nodes to be made anew.
   */
  public FlowSet union(List<FlowSet> sets) {
    record Placed(long source, FlowSet set) {}
    return sets.size() < 3
        ? balanced(sets)
        : balanced(
            sets.stream()
                .map(s -> new Placed(diagrams.lowest(s.node()), s))
                .sorted(Comparator.comparingLong(Placed::source))
                .map(Placed::set)
                .toList());
  }

  private FlowSet balanced(List<FlowSet> sets) {
    if (sets.isEmpty()) {
      return empty();
    }
    if (sets.size() == 1) {
      return sets.getFirst();
    }
    int middle = sets.size() / 2;
    return balanced(sets.subList(0, middle)).union(balanced(sets.subList(middle, sets.size())));
  }

  /**
   * The same flows, of this space.
   *
   * @throws IllegalArgumentException when the two spaces know different names
   */
  public FlowSet copy(FlowSet other) {
    if (other.space() == this) {
      return other;
    }
    if (!other.space().names.equals(names)) {
      throw new IllegalArgumentException("a flow set of other names cannot be copied");
    }
    return set(diagrams.copy(other.node(), other.space().diagrams));
  }

  /** How many nodes this space's sets have taken; a measure of the work done in it. */
  public int size() {
    return diagrams.size();
  }

  DecisionDiagrams diagrams() {
    return diagrams;
  }

  FlowSet set(int node) {
    return new FlowSet(this, node);
  }

  /** What witnesses show when they can, the most wanted first. */
  List<FlowSet> preferences() {
    return preferences;
  }
}
