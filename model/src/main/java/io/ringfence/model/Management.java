package io.ringfence.model;

import java.util.List;

/** From where every workload outside physical segments is managed, and at which ports. */
public record Management(List<Endpoint> from, PortSet ports, SourceLocation at) {
  public Management {
    from = List.copyOf(from);
  }
}
