package io.ringfence.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is permitted, from whom to which service, through which gateway, as which role, under which
 * condition.
 *
 * @param allTenants {@code tenants: all}: it reaches data of every tenant
 * @param observedUntil before it, what its role, collections and condition deny passes and is
 *     recorded; proofs and the reference meaning are of what holds afterwards
 */
public record AccessRule(
    String name,
    Origin origin,
    List<Endpoint> from,
    List<Endpoint> to,
    Optional<String> through,
    Optional<String> role,
    List<NamePattern> collections,
    boolean allTenants,
    Optional<SessionTerms> session,
    Optional<Condition> when,
    Optional<Encryption> encryption,
    Optional<Instant> observedUntil,
    SourceLocation at) {
  public AccessRule {
    from = List.copyOf(from);
    to = List.copyOf(to);
    collections = List.copyOf(collections);
    boolean operationLayer =
        role.isPresent()
            || !collections.isEmpty()
            || allTenants
            || session.isPresent()
            || when.isPresent()
            || observedUntil.isPresent();
    if (operationLayer && through.isEmpty()) {
      throw new IllegalArgumentException(
          "rule `" + name + "` limits operations but goes through no gateway");
    }
  }

  /** One that is enforced. */
  public AccessRule(
      String name,
      Origin origin,
      List<Endpoint> from,
      List<Endpoint> to,
      Optional<String> through,
      Optional<String> role,
      List<NamePattern> collections,
      boolean allTenants,
      Optional<SessionTerms> session,
      Optional<Condition> when,
      Optional<Encryption> encryption,
      SourceLocation at) {
    this(
        name,
        origin,
        from,
        to,
        through,
        role,
        collections,
        allTenants,
        session,
        when,
        encryption,
        Optional.empty(),
        at);
  }

  /** A rule that goes directly and limits nothing but who, where to and how protected. */
  public static AccessRule direct(
      String name,
      Origin origin,
      List<Endpoint> from,
      List<Endpoint> to,
      Optional<Encryption> encryption,
      SourceLocation at) {
    return new AccessRule(
        name,
        origin,
        from,
        to,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        false,
        Optional.empty(),
        Optional.empty(),
        encryption,
        at);
  }

  /** Which section of the blueprint the rule comes from. */
  public enum Origin implements Words {
    ACCESS,
    EGRESS,
    /** The {@code management:} section, to every workload outside physical segments. */
    MANAGEMENT,
    /** The {@code resolvers:} section: workloads with an fqdn rule ask the resolvers. */
    RESOLVERS
  }

  /**
   * Names tell rules apart, and what {@code management:} stands for has an end for each workload.
   */
  @Override
  public int hashCode() {
    return name.hashCode();
  }

  /** True when some part of the rule is for the gateway to enforce. */
  public boolean limitsOperations() {
    return role.isPresent() || when.isPresent() || session.isPresent();
  }
}
