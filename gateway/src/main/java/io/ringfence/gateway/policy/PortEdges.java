package io.ringfence.gateway.policy;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Guardrail;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Where port ranges of a blueprint begin and end; between two edges no port differs from the next.
 */
final class PortEdges {
  /** The ports at which something begins, or something before them ended. */
  private final Map<Protocol, TreeSet<Integer>> starts = new HashMap<>();

  PortEdges(Blueprint blueprint) {
    for (AccessRule rule : blueprint.rules()) {
      Stream.concat(rule.from().stream(), rule.to().stream()).forEach(this::add);
    }
    blueprint.guardrails().forEach(g -> ends(g).forEach(this::add));
    blueprint.workloads().values().stream()
        .flatMap(w -> w.services().values().stream())
        .forEach(s -> add(s.ports()));
    blueprint.gateways().values().stream()
        .flatMap(g -> g.listen().values().stream())
        .forEach(b -> add(PortSet.of(Protocol.TCP, b.port())));
  }

  private static Stream<Endpoint> ends(Guardrail guardrail) {
    return switch (guardrail) {
      case Guardrail.Never g -> Stream.concat(g.from().stream(), g.to().stream());
      case Guardrail.Only g -> Stream.concat(g.from().stream(), g.to().stream());
      case Guardrail.Unreachable g -> g.places().stream();
      case Guardrail.Isolated g -> Stream.empty();
      case Guardrail.Contained g -> Stream.empty();
    };
  }

  private void add(Endpoint end) {
    if (end.ports() instanceof Endpoint.Ports.Explicit explicit) {
      add(explicit.ports());
    }
  }

  private void add(PortSet ports) {
    for (PortRange range : ports.ranges()) {
      TreeSet<Integer> of = starts.computeIfAbsent(range.protocol(), p -> new TreeSet<>());
      of.add(range.first());
      of.add(range.last() + 1);
    }
  }

  /** The ranges, cut at every edge within them. */
  List<PortRange> split(PortSet ports) {
    List<PortRange> out = new ArrayList<>();
    for (PortRange range : ports.ranges()) {
      int first = range.first();
      for (int edge :
          starts
              .getOrDefault(range.protocol(), new TreeSet<>())
              .subSet(first + 1, range.last() + 1)) {
        out.add(new PortRange(range.protocol(), first, edge - 1));
        first = edge;
      }
      out.add(new PortRange(range.protocol(), first, range.last()));
    }
    return out;
  }
}
