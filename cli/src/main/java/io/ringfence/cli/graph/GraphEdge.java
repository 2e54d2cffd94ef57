package io.ringfence.cli.graph;

import io.ringfence.model.SourceLocation;
import java.util.List;

/**
 * Flows between two nodes that one or more rules permit at the network layer.
 *
 * @param from the initiator's node
 * @param passages what makes it, in the rules' order; at least one
 */
public record GraphEdge(String from, String to, Kind kind, List<Passage> passages) {
  public GraphEdge {
    passages = List.copyOf(passages);
    if (passages.isEmpty()) {
      throw new IllegalArgumentException("an edge stands for at least one rule");
    }
  }

  /** One rule's part of an edge. */
  public record Passage(String rule, String ports, boolean conditional, SourceLocation at) {}

  /** How the edge's flows come to be permitted. */
  public enum Kind {
    DIRECT("direct"),
    TO_GATEWAY("through a gateway, first leg"),
    FROM_GATEWAY("through a gateway, second leg"),
    EGRESS("egress"),
    MANAGEMENT("management"),
    RESOLVERS("names");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    /** The words for it in a legend. */
    public String title() {
      return title;
    }

    /** True for either leg of a way through a gateway. */
    public boolean leg() {
      return this == TO_GATEWAY || this == FROM_GATEWAY;
    }
  }

  /** True when every rule on it asks for more than who and where: a condition or an approval. */
  public boolean conditional() {
    return passages.stream().allMatch(Passage::conditional);
  }

  /** True for nodes of one workload among themselves. */
  public boolean peers() {
    return from.equals(to);
  }
}
