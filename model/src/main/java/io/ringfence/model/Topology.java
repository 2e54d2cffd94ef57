package io.ringfence.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The hosts and routers there are, and which of them a flow meets.
 *
 * <p>What is not declared is assumed: each workload address is a host of its own, each segment has
 * one router whose interface bears the segment's name, and all routers but those of physical
 * segments meet on one backbone, where {@code internet} is too. Once any link is declared, there
 * are only the declared links.
 */
public final class Topology {
  private final Blueprint blueprint;
  private final Directory directory;
  private final Map<Address, Host> declared = new HashMap<>();
  private final Map<String, Router> routers = new LinkedHashMap<>();
  private volatile Map<String, Host> hosts;
  private final Map<String, Router> routersBySegment = new HashMap<>();

  public Topology(Directory directory) {
    this.directory = directory;
    this.blueprint = directory.blueprint();
    for (Host host : blueprint.hosts().values()) {
      host.addresses().forEach(a -> declared.putIfAbsent(a, host));
    }
    blueprint.routers().values().forEach(r -> routers.put(r.name(), r));
    blueprint.segments().values().forEach(this::addDefaultRouter);
    routers.values().forEach(r -> r.segments().forEach(s -> routersBySegment.putIfAbsent(s, r)));
  }

  private Map<String, Host> allHosts() {
    Map<String, Host> out = new LinkedHashMap<>(blueprint.hosts());
    for (Workload workload : blueprint.workloads().values()) {
      for (AddressRange range : directory.addresses(workload).ranges()) {
        for (Address a = range.first(); ; a = a.next()) {
          if (!declared.containsKey(a)) {
            Host host = defaultHost(workload, a);
            out.put(host.name(), host);
          }
          if (a.equals(range.last())) {
            break;
          }
        }
      }
    }
    return Collections.unmodifiableMap(out);
  }

  private static Host defaultHost(Workload workload, Address address) {
    return new Host(workload.name() + "@" + address, List.of(address), workload.at());
  }

  private void addDefaultRouter(Segment segment) {
    boolean served =
        blueprint.routers().values().stream().anyMatch(r -> r.segments().contains(segment.name()));
    if (!served) {
      String name =
          routers.containsKey(segment.name()) ? segment.name() + "-router" : segment.name();
      Map<String, String> interfaces = Map.of(segment.name(), interfaceName(segment.name()));
      routers.put(name, new Router(name, interfaces, List.of(), segment.at()));
    }
  }

  /** A segment's name as far as an interface can bear it, told apart by a hash when cut. */
  public static String interfaceName(String segment) {
    if (segment.length() <= Router.INTERFACE_NAME_MAX) {
      return segment;
    }
    return segment.substring(0, Router.INTERFACE_NAME_MAX - 5)
        + "-"
        + String.format("%04x", segment.hashCode() & 0xffff);
  }

  /** All hosts by name, declared ones first. A default one is named {@code workload@address}. */
  public Map<String, Host> hosts() {
    if (hosts == null) {
      hosts = allHosts();
    }
    return hosts;
  }

  /** All routers by name, declared ones first. A default one bears its segment's name. */
  public Map<String, Router> routers() {
    return Collections.unmodifiableMap(routers);
  }

  /** The router that serves a segment. */
  public Router routerOf(Segment segment) {
    return Optional.ofNullable(routersBySegment.get(segment.name())).orElseThrow();
  }

  /** The host that tells processes apart and has both ends of a flow, if there is one. */
  public Optional<Host> hostWithin(Flow flow) {
    return Optional.ofNullable(declared.get(flow.source()))
        .filter(h -> h.addresses().contains(flow.destination()))
        .filter(h -> !directory.processes(h).isEmpty());
  }

  /** The hosts that have several addresses or tell processes apart are among these. */
  public Collection<Host> declaredHosts() {
    return blueprint.hosts().values();
  }

  /** Whether two addresses are of one host. */
  public boolean sameHost(Address a, Address b) {
    Host host = declared.get(a);
    return a.equals(b) || host != null && host.addresses().contains(b);
  }

  public Optional<Host> hostAt(Address address) {
    return Optional.ofNullable(declared.get(address))
        .or(() -> directory.workloadAt(address).map(w -> defaultHost(w, address)));
  }

  /**
   * True when packets from one segment to another ({@code internet} when absent) may cross the
   * router. Within a segment they cross none.
   */
  public boolean crosses(Router router, Optional<Segment> from, Optional<Segment> to) {
    if (from.equals(to)) {
      return false;
    }
    if (blueprint.links().isEmpty()) {
      return crossesBackbone(router, from) || crossesBackbone(router, to);
    }
    return nodesBetween(graph(), node(from), node(to)).contains(router.name());
  }

  /** On the assumed backbone a flow meets the routers of its ends, and no physical segment's. */
  private boolean crossesBackbone(Router router, Optional<Segment> end) {
    return end.filter(s -> router.segments().contains(s.name())).isPresent();
  }

  private static String node(Optional<Segment> segment) {
    return segment.map(s -> "segment " + s.name()).orElse(Blueprint.INTERNET);
  }

  /** The other segments, and {@code internet}, that some path leads to from the segment. */
  public List<String> pathOut(Segment segment) {
    String start = node(Optional.of(segment));
    List<String> out = new ArrayList<>();
    Map<String, Set<String>> graph = graph();
    for (String goal : graph.keySet()) {
      boolean elsewhere = goal.equals(Blueprint.INTERNET) || goal.startsWith("segment ");
      if (elsewhere && !goal.equals(start) && reaches(graph, start, Set.of(goal), "")) {
        out.add(goal);
      }
    }
    return List.copyOf(out);
  }

  /**
   * The nodes that stand on some path without repetition between two nodes. By Menger's theorem
   * those are the nodes that no single other node cuts off from both ends.
   */
  private static Set<String> nodesBetween(Map<String, Set<String>> graph, String from, String to) {
    Set<String> out = new LinkedHashSet<>();
    if (reaches(graph, from, Set.of(to), "")) {
      graph.keySet().stream().filter(n -> onTheWay(graph, n, from, to)).forEach(out::add);
    }
    return out;
  }

  private static boolean onTheWay(
      Map<String, Set<String>> graph, String node, String from, String to) {
    return graph.keySet().stream()
        .filter(cut -> !cut.equals(node))
        .allMatch(
            cut -> {
              Set<String> ends = new LinkedHashSet<>(List.of(from, to));
              ends.remove(cut);
              return reaches(graph, node, ends, cut);
            });
  }

  /** Segments and {@code internet} are ends of paths, never passed through. */
  private static boolean reaches(
      Map<String, Set<String>> graph, String from, Set<String> goals, String cut) {
    Set<String> seen = new LinkedHashSet<>(List.of(from));
    List<String> queue = new ArrayList<>(List.of(from));
    for (int i = 0; i < queue.size(); i++) {
      if (goals.contains(queue.get(i))) {
        return true;
      }
      for (String next : graph.getOrDefault(queue.get(i), Set.of())) {
        boolean end = next.startsWith("segment ") || next.equals(Blueprint.INTERNET);
        if ((!end || goals.contains(next)) && !next.equals(cut) && seen.add(next)) {
          queue.add(next);
        }
      }
    }
    return false;
  }

  private Map<String, Set<String>> graph() {
    Map<String, Set<String>> graph = new LinkedHashMap<>();
    for (Router router : routers.values()) {
      router.segments().forEach(s -> join(graph, router.name(), "segment " + s));
    }
    if (blueprint.links().isEmpty()) {
      routers.values().stream()
          .filter(r -> !servesPhysical(r))
          .forEach(r -> join(graph, r.name(), "backbone"));
      join(graph, "backbone", Blueprint.INTERNET);
    }
    for (Link link : blueprint.links()) {
      join(graph, end(link.a()), end(link.b()));
    }
    return graph;
  }

  private String end(String name) {
    boolean segmentOnly = blueprint.segments().containsKey(name) && !routers.containsKey(name);
    return segmentOnly ? "segment " + name : name;
  }

  private boolean servesPhysical(Router router) {
    return router.segments().stream()
        .map(blueprint.segments()::get)
        .anyMatch(s -> s.isolation() == Isolation.PHYSICAL);
  }

  private static void join(Map<String, Set<String>> graph, String a, String b) {
    graph.computeIfAbsent(a, k -> new LinkedHashSet<>()).add(b);
    graph.computeIfAbsent(b, k -> new LinkedHashSet<>()).add(a);
  }
}
