package io.ringfence.model.testing;

import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Host;
import io.ringfence.model.Isolation;
import io.ringfence.model.Link;
import io.ringfence.model.Router;
import io.ringfence.model.Segment;
import io.ringfence.model.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Declares hosts, routers and links, now and then. */
final class TopologyGenerator {
  private final Draft draft;
  private final Dice dice;

  TopologyGenerator(Draft draft) {
    this.draft = draft;
    this.dice = draft.dice;
  }

  void generate() {
    if (draft.has(Feature.HOSTS) && dice.oneIn(3)) {
      addHost();
    }
    if (draft.has(Feature.ROUTERS) && dice.oneIn(4)) {
      addRouters();
    }
  }

  /** One host for all addresses of one or two workloads of a segment. */
  private void addHost() {
    Segment segment = dice.of(List.copyOf(draft.segments.values()));
    List<Workload> there =
        draft.workloads.values().stream().filter(w -> w.segment().equals(segment.name())).toList();
    List<Address> addresses = new ArrayList<>();
    dice.some(there, 1, 2).forEach(w -> addresses.addAll(w.addresses()));
    if (!addresses.isEmpty()) {
      draft.hosts.put("host0", new Host("host0", addresses, draft.here()));
    }
  }

  /** A core that serves some segments, an edge router for the rest, and a chain of links. */
  private void addRouters() {
    List<Segment> connected =
        draft.segments.values().stream().filter(s -> s.isolation() != Isolation.PHYSICAL).toList();
    int split = dice.between(0, connected.size());
    addRouter("core", connected.subList(0, split));
    addRouter("border", connected.subList(split, connected.size()));
    draft.links.add(new Link("core", "border", draft.here()));
    draft.links.add(new Link("border", Blueprint.INTERNET, draft.here()));
    draft.segments.values().stream()
        .filter(s -> s.isolation() == Isolation.PHYSICAL && dice.oneIn(3))
        .forEach(s -> draft.links.add(new Link(s.name(), "core", draft.here())));
  }

  private void addRouter(String name, List<Segment> segments) {
    Map<String, String> interfaces = new LinkedHashMap<>();
    segments.forEach(s -> interfaces.put(s.name(), s.name()));
    draft.routers.put(name, new Router(name, interfaces, List.of(), draft.here()));
  }
}
