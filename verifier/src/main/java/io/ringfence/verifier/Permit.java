package io.ringfence.verifier;

import io.ringfence.model.AddressSet;
import io.ringfence.model.PortSet;
import io.ringfence.model.SourceLocation;
import java.util.Optional;

/**
 * A box of flows that one rule permits at the network layer: every source, every destination, every
 * port.
 *
 * @param fqdn when given, only the part of {@code to} that the resolvers answer for this name
 * @param at where the rule stands
 */
public record Permit(
    String rule,
    Leg leg,
    AddressSet from,
    AddressSet to,
    Optional<String> fqdn,
    PortSet ports,
    SourceLocation at) {
  /** Which part of a rule's way a permit is. */
  public enum Leg {
    /** The whole way, of a rule through no gateway. */
    DIRECT,
    TO_GATEWAY,
    FROM_GATEWAY
  }

  /** The part between these ends; absent when there is none in any one family. */
  public Optional<Permit> between(AddressSet sources, AddressSet destinations) {
    Permit part =
        new Permit(rule, leg, from.intersect(sources), to.intersect(destinations), fqdn, ports, at);
    return part.isEmpty() ? Optional.empty() : Optional.of(part);
  }

  /** True when no packet fits: an end or the ports are empty, or the ends share no family. */
  public boolean isEmpty() {
    for (var family : io.ringfence.model.Family.values()) {
      if (!from.ofFamily(family).isEmpty()
          && !to.ofFamily(family).isEmpty()
          && !ports.ofFamily(family).isEmpty()) {
        return false;
      }
    }
    return true;
  }
}
