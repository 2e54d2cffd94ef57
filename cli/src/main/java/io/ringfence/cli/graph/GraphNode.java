package io.ringfence.cli.graph;

import io.ringfence.model.Tenant;
import java.util.List;
import java.util.Optional;

/**
 * Something a flow can start or end at: a workload, a private endpoint, or a place outside.
 *
 * @param id unique in its graph; the words a blueprint uses for it
 * @param label what is written large
 * @param segment the segment it stands in; absent outside
 * @param details smaller lines below the label, most telling first
 * @param gateway the gateway that a private endpoint is an address of
 */
public record GraphNode(
    String id,
    String label,
    Kind kind,
    Optional<String> segment,
    List<String> details,
    Optional<String> gateway) {
  public GraphNode {
    details = List.copyOf(details);
  }

  /** The id of a tenant's private endpoint. */
  public static String endpointId(Tenant tenant) {
    return tenant.name() + " endpoint";
  }

  /** What a node stands for. */
  public enum Kind {
    WORKLOAD("workload"),
    DATABASE("database"),
    GATEWAY("gateway"),
    BASTION("bastion"),
    /** One more address of a gateway, for one tenant. */
    ENDPOINT("private endpoint"),
    /** All workloads of one segment, in a graph drawn by segments. */
    SEGMENT("workloads"),
    INTERNET("internet"),
    PREFIX("network outside"),
    FQDN("name outside");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    /** The words for it in a legend. */
    public String title() {
      return title;
    }

    /** True for what lies outside every segment. */
    public boolean outside() {
      return this == INTERNET || this == PREFIX || this == FQDN;
    }
  }
}
