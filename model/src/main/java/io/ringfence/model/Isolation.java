package io.ringfence.model;

/** How a segment is kept apart. */
public enum Isolation implements Words {
  /** No path may exist at all. */
  PHYSICAL,
  /** Layer-2 separation, filtering between segments. */
  VLAN,
  /** Identity-aware, per workload, encryption mandatory. */
  MICRO
}
