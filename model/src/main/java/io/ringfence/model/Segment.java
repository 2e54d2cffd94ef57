package io.ringfence.model;

import java.util.List;
import java.util.OptionalInt;

/**
 * A set of workloads that share security requirements and one way of being isolated.
 *
 * @param vlan the 802.1Q identifier, 1-4094
 * @param vni the VXLAN network identifier, 1-16777215
 */
public record Segment(
    String name,
    Tier tier,
    List<Prefix> networks,
    Isolation isolation,
    OptionalInt vlan,
    OptionalInt vni,
    Mode mode,
    SourceLocation at) {
  public static final int VLAN_MAX = 4094;
  public static final int VNI_MAX = 16_777_215;

  public Segment {
    networks = List.copyOf(networks);
  }

  /** Every address of its networks, claimed by a workload or not. */
  public AddressSet addresses() {
    return AddressSet.ofPrefixes(networks);
  }
}
