package io.ringfence.model;

/** Where a flow starts or ends, as a blueprint names it; names are declared ones. */
public sealed interface Place {
  /** One workload: its addresses, and the private endpoints of the gateway it is. */
  record OfWorkload(String workload) implements Place {}

  /**
   * A segment: in a guardrail every address of its networks, in a rule the addresses of its
   * workloads.
   */
  record OfSegment(String segment) implements Place {}

  /** The workloads that a selector matches; never {@code internet}. */
  record OfSelector(Selector selector) implements Place {}

  /** The addresses of a prefix, claimed or not. */
  record OfPrefix(Prefix prefix) implements Place {}

  /** Every unicast address outside all segments. */
  record Internet() implements Place {}

  /** The addresses that the resolvers answer for a name: a symbolic part of {@code internet}. */
  record OfFqdn(String fqdn) implements Place {}

  /** Members of a tenant, sending from a place. */
  record OfTenant(String tenant, Place at) implements Place {}

  /** The words for it in a message. */
  default String text() {
    return switch (this) {
      case OfWorkload p -> p.workload();
      case OfSegment p -> p.segment();
      case OfSelector p -> "select " + p.selector().matchLabels() + p.selector().matchExpressions();
      case OfPrefix p -> p.prefix().toString();
      case Internet p -> "internet";
      case OfFqdn p -> p.fqdn();
      case OfTenant p -> "tenant " + p.tenant() + " at " + p.at().text();
    };
  }
}
