package io.ringfence.cli.graph;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a picture of a segment graph shows. All views of one graph place its nodes alike. */
public sealed interface GraphView {
  /** Who may open a flow to whom. */
  record Permitted() implements GraphView {}

  /** Before any enforcement: every pair of nodes that some connection was, or would be, open. */
  record Open(Set<Pair> reachable) implements GraphView {
    public Open {
      reachable = Collections.unmodifiableSet(new TreeSet<>(reachable));
    }

    /** Anything reaches anything: every workload is reached from everywhere. */
    public static Open everything(SegmentGraph graph) {
      Set<Pair> out = new TreeSet<>();
      for (GraphNode from : graph.nodes()) {
        for (GraphNode to : graph.nodes()) {
          boolean bothOutside = from.kind().outside() && to.kind().outside();
          if (!from.id().equals(to.id()) && !bothOutside) {
            out.add(new Pair(from.id(), to.id()));
          }
        }
      }
      return new Open(out);
    }
  }

  /**
   * What falls once something is compromised.
   *
   * @param enforced false before enforcement, when no boundary holds
   * @param start the compromised nodes
   * @param reached the nodes reached from there, the start left out
   * @param limited the nodes reached through a gateway only, and for what, a line each
   * @param hops the steps taken, each drawn as an edge; permitted ones follow their edge's way
   */
  record BlastRadius(
      boolean enforced,
      Set<String> start,
      Set<String> reached,
      Map<String, List<String>> limited,
      List<Pair> hops)
      implements GraphView {
    public BlastRadius {
      start = Collections.unmodifiableSet(new TreeSet<>(start));
      reached = Collections.unmodifiableSet(new TreeSet<>(reached));
      limited = Collections.unmodifiableMap(new TreeMap<>(limited));
      hops = List.copyOf(hops);
    }
  }

  /** Two nodes by id, the initiator first. */
  record Pair(String from, String to) implements Comparable<Pair> {
    @Override
    public int compareTo(Pair other) {
      int byFrom = from.compareTo(other.from);
      return byFrom != 0 ? byFrom : to.compareTo(other.to);
    }
  }
}
