package io.ringfence.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A set of workloads that share security requirements and one way of being isolated.
 *
 * @param vlan the 802.1Q identifier, 1-4094
 * @param vni the VXLAN network identifier, 1-16777215
 * @param observedUntil before it, rules through a gateway to its services are observed, as if each
 *     said so itself
 */
public record Segment(
    String name,
    Tier tier,
    List<Prefix> networks,
    Isolation isolation,
    OptionalInt vlan,
    OptionalInt vni,
    Mode mode,
    Optional<Instant> observedUntil,
    SourceLocation at) {
  public static final int VLAN_MAX = 4094;
  public static final int VNI_MAX = 16_777_215;

  public Segment {
    networks = List.copyOf(networks);
  }

  /** One whose gateways enforce. */
  public Segment(
      String name,
      Tier tier,
      List<Prefix> networks,
      Isolation isolation,
      OptionalInt vlan,
      OptionalInt vni,
      Mode mode,
      SourceLocation at) {
    this(name, tier, networks, isolation, vlan, vni, mode, Optional.empty(), at);
  }

  /** Every address of its networks, claimed by a workload or not. */
  public AddressSet addresses() {
    return AddressSet.ofPrefixes(networks);
  }
}
