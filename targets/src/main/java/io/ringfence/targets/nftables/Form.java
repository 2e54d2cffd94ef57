package io.ringfence.targets.nftables;

/** How a ruleset treats denied flows of segments that only observe. */
public enum Form {
  /** Denied is dropped, whatever the segments' modes; what {@code verify} proves. */
  ENFORCING,
  /** By the segments' modes: what only observing segments are party to is logged and passes. */
  AS_DECLARED
}
