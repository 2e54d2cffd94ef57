package io.ringfence.targets.nftables;

import io.ringfence.model.Host;
import io.ringfence.model.Router;

/** The machine that a ruleset is for. */
public sealed interface Placement {
  /** A machine that holds workloads; its ruleset is the flows with it at an end. */
  record AtHost(Host host) implements Placement {}

  /** A machine that forwards for segments; its ruleset is the flows that cross it. */
  record AtRouter(Router router) implements Placement {}

  default String name() {
    return switch (this) {
      case AtHost at -> at.host().name();
      case AtRouter at -> at.router().name();
    };
  }
}
