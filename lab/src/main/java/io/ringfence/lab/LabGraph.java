package io.ringfence.lab;

import io.ringfence.model.Blueprint;
import io.ringfence.model.Isolation;
import io.ringfence.model.Link;
import io.ringfence.model.Router;
import io.ringfence.model.Topology;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Who is cabled to whom, and the next hop from each to every segment and {@code internet}.
 *
 * <p>INVARIANT (one way): each cable weighs a little more than those before it together, so that
 * the shortest path between two nodes is the only one and replies come back the way a flow went.
 */
final class LabGraph {
  /**
   * A segment, a router, the backbone or {@code internet}; the ends of paths are the first and
   * last.
   */
  record Node(Kind kind, String name) implements Comparable<Node> {
    static final Node INTERNET = new Node(Kind.INTERNET, Blueprint.INTERNET);
    static final Node BACKBONE = new Node(Kind.BACKBONE, "backbone");

    static Node segment(String name) {
      return new Node(Kind.SEGMENT, name);
    }

    static Node router(String name) {
      return new Node(Kind.ROUTER, name);
    }

    /** Segments and {@code internet} are ends of paths, never passed through. */
    boolean isEnd() {
      return kind == Kind.SEGMENT || kind == Kind.INTERNET;
    }

    @Override
    public int compareTo(Node other) {
      int byKind = kind.compareTo(other.kind);
      return byKind != 0 ? byKind : name.compareTo(other.name);
    }
  }

  enum Kind {
    SEGMENT,
    ROUTER,
    BACKBONE,
    INTERNET
  }

  /** A cable. */
  record Edge(Node a, Node b, BigInteger weight) {
    Node other(Node end) {
      return end.equals(a) ? b : a;
    }
  }

  private record Reached(Node node, BigInteger distance) {}

  private final Blueprint blueprint;
  private final Topology topology;
  private final List<Edge> edges = new ArrayList<>();
  private final Map<Node, List<Edge>> at = new HashMap<>();
  private final Map<Node, Map<Node, Node>> towards = new HashMap<>();

  LabGraph(Blueprint blueprint, Topology topology) {
    this.blueprint = blueprint;
    this.topology = topology;
    topology.routers().values().forEach(this::cableSegments);
    if (blueprint.links().isEmpty()) {
      topology.routers().values().stream()
          .filter(r -> !servesPhysical(r))
          .forEach(r -> cable(Node.router(r.name()), Node.BACKBONE));
      cable(Node.BACKBONE, Node.INTERNET);
    }
    blueprint.links().forEach(this::cable);
  }

  private void cableSegments(Router router) {
    router.segments().forEach(s -> cable(Node.router(router.name()), Node.segment(s)));
  }

  private boolean servesPhysical(Router router) {
    return router.segments().stream()
        .anyMatch(s -> blueprint.segments().get(s).isolation() == Isolation.PHYSICAL);
  }

  private void cable(Link link) {
    cable(named(link.a()), named(link.b()));
  }

  private Node named(String name) {
    if (topology.routers().containsKey(name)) {
      return Node.router(name);
    }
    return name.equals(Blueprint.INTERNET) ? Node.INTERNET : Node.segment(name);
  }

  private void cable(Node a, Node b) {
    boolean known = at.getOrDefault(a, List.of()).stream().anyMatch(e -> e.other(a).equals(b));
    if (known || a.equals(b)) {
      return;
    }
    int index = edges.size();
    BigInteger whole = BigInteger.ONE.shiftLeft(EDGE_MAX);
    Edge edge = new Edge(a, b, whole.add(BigInteger.ONE.shiftLeft(index)));
    if (index == EDGE_MAX) {
      throw new LabUnavailable("a lab has at most " + EDGE_MAX + " links");
    }
    edges.add(edge);
    at.computeIfAbsent(a, k -> new ArrayList<>()).add(edge);
    at.computeIfAbsent(b, k -> new ArrayList<>()).add(edge);
  }

  /** The most links, those that are assumed included; each takes one bit of a path's length. */
  static final int EDGE_MAX = 1000;

  /** All cables, in the order they were declared or assumed. */
  List<Edge> edges() {
    return List.copyOf(edges);
  }

  /** The node after {@code from} on the way to an end; absent when no path leads there. */
  Optional<Node> next(Node from, Node end) {
    return Optional.ofNullable(towards.computeIfAbsent(end, this::tree).get(from));
  }

  /** For each node from which a path leads to the end, the node after it. */
  private Map<Node, Node> tree(Node end) {
    Map<Node, BigInteger> distances = new HashMap<>(Map.of(end, BigInteger.ZERO));
    Map<Node, Node> next = new HashMap<>();
    PriorityQueue<Reached> queue =
        new PriorityQueue<>((a, b) -> a.distance().compareTo(b.distance()));
    queue.add(new Reached(end, BigInteger.ZERO));
    while (!queue.isEmpty()) {
      Reached reached = queue.remove();
      boolean stale = !reached.distance().equals(distances.get(reached.node()));
      if (stale || (reached.node().isEnd() && !reached.node().equals(end))) {
        continue;
      }
      for (Edge edge : at.getOrDefault(reached.node(), List.of())) {
        Node other = edge.other(reached.node());
        BigInteger distance = reached.distance().add(edge.weight());
        BigInteger known = distances.get(other);
        if (known == null || distance.compareTo(known) < 0) {
          distances.put(other, distance);
          next.put(other, reached.node());
          queue.add(new Reached(other, distance));
        }
      }
    }
    return next;
  }
}
