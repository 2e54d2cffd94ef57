package io.ringfence.lab;

import io.ringfence.lab.LabGraph.Edge;
import io.ringfence.lab.LabGraph.Node;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Family;
import io.ringfence.model.Host;
import io.ringfence.model.Prefix;
import io.ringfence.model.Router;
import io.ringfence.model.Segment;
import io.ringfence.model.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Draws the cables, addresses and routes of a lab.
 *
 * <p>A segment is a bridge in the namespace of the router that serves it. Every address is a host
 * route of its own, so that neither a network's first address nor its last is special; networks are
 * routes to a device. Between routers, next hops are link-local addresses, which belong to nobody.
 */
final class LabPlanner {
  private final Directory directory;
  private final Topology topology;
  private final LabGraph graph;
  private final InternetAddresses internet;
  private final String prefix;
  private final Map<Node, Draft> drafts = new LinkedHashMap<>();
  private final Map<String, Draft> hosts = new LinkedHashMap<>();

  /** The interface by which a node meets another, and its own next-hop addresses there. */
  private record Port(String device, int index) {
    /** Of 169.254.0.0/16 but never cloud metadata's, which is a part of {@code internet}. */
    Address ipv4() {
      return Address.ipv4(0xa9fe0000 | index);
    }

    Address ipv6() {
      return Address.ipv6(0xfe80L << 48, 0x7266L << 48 | index);
    }
  }

  private static final int PORT_MAX = 169 * 256;

  private final Map<Node, Map<Node, Port>> ports = new HashMap<>();
  private int portCount;
  private int interfaceCount;

  LabPlanner(
      Directory directory,
      Topology topology,
      LabGraph graph,
      InternetAddresses internet,
      String namespacePrefix) {
    this.directory = directory;
    this.topology = topology;
    this.graph = graph;
    this.internet = internet;
    this.prefix = namespacePrefix;
  }

  private Blueprint blueprint() {
    return directory.blueprint();
  }

  List<LabNode> nodes() {
    draft(Node.BACKBONE, LabNode.Kind.BACKBONE);
    draft(Node.INTERNET, LabNode.Kind.INTERNET);
    topology.routers().values().forEach(this::draftRouter);
    topology.hosts().values().forEach(this::draftHost);
    graph.edges().forEach(this::cable);
    routeInternet();
    topology.routers().values().forEach(this::routeRouter);
    topology.hosts().values().forEach(this::routeHost);
    return Stream.concat(drafts.values().stream(), hosts.values().stream())
        .map(Draft::finish)
        .filter(n -> n.kind() != LabNode.Kind.BACKBONE || !n.cabling().isEmpty())
        .toList();
  }

  private String nextNamespace() {
    return prefix + (drafts.size() + hosts.size());
  }

  private Draft draft(Node node, LabNode.Kind kind) {
    Draft draft = new Draft(node.name(), kind, nextNamespace());
    drafts.put(node, draft);
    return draft;
  }

  /** A router, and the bridges of the segments that it is the one to serve. */
  private void draftRouter(Router router) {
    Draft draft = draft(Node.router(router.name()), LabNode.Kind.ROUTER);
    router.interfaces().values().forEach(draft::reserve);
    router
        .interfaces()
        .forEach(
            (segment, device) -> {
              if (serves(router, segment)) {
                String mac = nextMac();
                draft.cable("link add " + device + " address " + mac + " type bridge");
                draft.route("link set " + device + " up");
                draft.face(device, segment, mac);
              }
            });
    draft.route("link set lo up");
  }

  private boolean serves(Router router, String segment) {
    return topology.routerOf(blueprint().segments().get(segment)).equals(router);
  }

  private void draftHost(Host host) {
    Draft draft = new Draft(host.name(), LabNode.Kind.HOST, nextNamespace());
    hosts.put(host.name(), draft);
    draft.addresses.addAll(host.addresses());
    draft.route("link set lo up");
    for (Segment segment : segments(host)) {
      String device = draft.fresh("eth" + draft.faces());
      String mac = attach(segment, draft, device);
      draft.face(device, segment.name(), mac);
      draft.route("link set " + device + " up");
    }
  }

  private List<Segment> segments(Host host) {
    return host.addresses().stream()
        .flatMap(a -> directory.segmentAt(a).stream())
        .distinct()
        .toList();
  }

  /** Lays a cable from a segment's bridge to a device that it makes elsewhere. */
  private String attach(Segment segment, Draft far, String device) {
    Router router = topology.routerOf(segment);
    Draft near = drafts.get(Node.router(router.name()));
    String bridge = router.interfaces().get(segment.name());
    String port = near.fresh("port" + interfaceCount);
    String mac = nextMac();
    near.cable(veth(port, device, mac, far));
    near.cable("link set " + port + " master " + bridge + " up");
    return mac;
  }

  /**
   * INVARIANT (up at once): the two ends of a cable have different indices. The kernel reports the
   * carrier of an interface whose index equals its peer's only a second later, and IPv6 waits.
   */
  private String veth(String near, String far, String farMac, Draft farNode) {
    String nearMac = nextMac();
    return "link add name %s index %d address %s type veth peer name %s index %d address %s netns %s"
        .formatted(near, index(nearMac), nearMac, far, index(farMac), farMac, farNode.namespace);
  }

  /** An index that no other interface of the lab has. */
  private static int index(String mac) {
    return 1000 + Integer.parseInt(mac.substring("02:72:66:".length()).replace(":", ""), 16);
  }

  /** A locally administered Ethernet address. */
  private String nextMac() {
    int n = ++interfaceCount;
    return "02:72:66:%02x:%02x:%02x".formatted(n >> 16 & 255, n >> 8 & 255, n & 255);
  }

  private void cable(Edge edge) {
    Node a = edge.a();
    Node b = edge.b();
    if (a.kind() == LabGraph.Kind.SEGMENT && b.kind() == LabGraph.Kind.SEGMENT) {
      join(segment(a), segment(b));
    } else if (a.kind() == LabGraph.Kind.SEGMENT || b.kind() == LabGraph.Kind.SEGMENT) {
      Node segment = a.kind() == LabGraph.Kind.SEGMENT ? a : b;
      enter(edge.other(segment), segment);
    } else if (a.kind() == LabGraph.Kind.BACKBONE || b.kind() == LabGraph.Kind.BACKBONE) {
      join(a.kind() == LabGraph.Kind.BACKBONE ? b : a);
    } else {
      connect(a, b);
    }
  }

  private Segment segment(Node node) {
    return blueprint().segments().get(node.name());
  }

  /** Two segments on one wire. */
  private void join(Segment a, Segment b) {
    Router router = topology.routerOf(b);
    Draft far = drafts.get(Node.router(router.name()));
    String port = far.fresh("port" + interfaceCount);
    attach(a, far, port);
    far.route("link set " + port + " master " + router.interfaces().get(b.name()) + " up");
  }

  /** A router, or the internet, on a segment's wire. */
  private void enter(Node node, Node segmentNode) {
    Segment segment = segment(segmentNode);
    Draft draft = drafts.get(node);
    Optional<Router> router =
        node.kind() == LabGraph.Kind.ROUTER
            ? Optional.of(topology.routers().get(node.name()))
            : Optional.empty();
    Optional<String> declared = router.map(r -> r.interfaces().get(segment.name()));
    boolean bridge = declared.isPresent() && serves(router.orElseThrow(), segment.name());
    String device = declared.orElseGet(() -> draft.fresh("link" + interfaceCount));
    if (!bridge) {
      String mac = attach(segment, draft, device);
      draft.face(device, segment.name(), mac);
      draft.route("link set " + device + " up");
    }
    router.ifPresent(r -> addGateways(r, segment, device, draft));
    port(node, segmentNode, device);
    for (Prefix network : segment.networks()) {
      draft.route(route(network, " dev " + device));
    }
  }

  private void addGateways(Router router, Segment segment, String device, Draft draft) {
    for (Prefix network : segment.networks()) {
      gateway(router, segment, network).ifPresent(a -> draft.route(address(a, device)));
    }
  }

  private void join(Node node) {
    Draft near = drafts.get(Node.BACKBONE);
    if (!near.isCabled()) {
      near.reserve("backbone");
      near.cable("link add backbone type bridge");
      near.route("link set backbone up");
    }
    Draft far = drafts.get(node);
    String port = near.fresh("port" + interfaceCount);
    String device = far.fresh("uplink");
    near.cable(veth(port, device, nextMac(), far));
    near.cable("link set " + port + " master backbone up");
    far.route("link set " + device + " up");
    port(node, Node.BACKBONE, device);
  }

  private void connect(Node a, Node b) {
    Draft near = drafts.get(a);
    Draft far = drafts.get(b);
    String here = near.fresh("link" + interfaceCount);
    String there = far.fresh("link" + interfaceCount);
    near.cable(veth(here, there, nextMac(), far));
    near.route("link set " + here + " up");
    far.route("link set " + there + " up");
    port(a, b, here);
    port(b, a, there);
  }

  private void port(Node node, Node towards, String device) {
    if (++portCount > PORT_MAX) {
      throw new LabUnavailable("a lab has at most " + PORT_MAX + " ends of links");
    }
    Port port = new Port(device, portCount);
    ports.computeIfAbsent(node, k -> new HashMap<>()).put(towards, port);
    Draft draft = drafts.get(node);
    // Link scope: an ICMP error takes one of the router's other addresses for its source.
    draft.route("addr add " + port.ipv4() + "/32 dev " + device + " scope link");
    draft.route("addr add " + port.ipv6() + "/64 dev " + device + " nodad");
  }

  private void routeInternet() {
    Draft draft = drafts.get(Node.INTERNET);
    draft.addresses.addAll(internet.all());
    draft.route("link set lo up");
    internet.all().forEach(a -> draft.route(address(a, "lo")));
    blueprint().segments().values().forEach(s -> routeTo(Node.INTERNET, s, draft));
  }

  private void routeRouter(Router router) {
    Node node = Node.router(router.name());
    Draft draft = drafts.get(node);
    router.addresses().stream()
        .filter(a -> directory.segmentAt(a).isEmpty())
        .forEach(a -> draft.route(address(a, "lo")));
    blueprint().segments().values().forEach(s -> routeTo(node, s, draft));
    viaOf(node, Node.INTERNET)
        .ifPresent(
            via -> {
              for (Family family : Family.values()) {
                draft.route(route(all(family), via.text(family)));
              }
            });
  }

  /** Routes from a node that is no segment to a segment's networks. */
  private void routeTo(Node from, Segment segment, Draft draft) {
    Node goal = Node.segment(segment.name());
    Optional<Node> next = graph.next(from, goal);
    if (next.filter(goal::equals).isPresent()) {
      return; // on the wire: routed when it was cabled
    }
    for (Prefix network : segment.networks()) {
      Optional<Via> via = viaOf(from, goal);
      draft.route(
          via.map(v -> route(network, v.text(network.family())))
              .orElse("route add unreachable " + network));
    }
  }

  /** A next hop: the device, and who is asked there; nobody when the goal is on the wire. */
  private record Via(String device, Map<Family, Address> hop) {
    String text(Family family) {
      Address address = hop.get(family);
      String onLink = family == Family.IPV4 ? " onlink" : "";
      return (address == null ? "" : " via " + address)
          + " dev "
          + device
          + (address == null ? "" : onLink);
    }
  }

  private Optional<Via> viaOf(Node from, Node goal) {
    Optional<Node> next = graph.next(from, goal);
    if (next.isEmpty()) {
      return Optional.empty();
    }
    Port own = ports.get(from).get(next.get());
    Node hop =
        next.get().equals(Node.BACKBONE)
            ? graph.next(Node.BACKBONE, goal).orElseThrow()
            : next.get();
    Node meeting = next.get().equals(Node.BACKBONE) ? Node.BACKBONE : from;
    return Optional.of(via(own.device(), ports.get(hop).get(meeting)));
  }

  private static Via via(String device, Port port) {
    return new Via(device, Map.of(Family.IPV4, port.ipv4(), Family.IPV6, port.ipv6()));
  }

  private void routeHost(Host host) {
    Draft draft = hosts.get(host.name());
    List<Segment> segments = segments(host);
    for (Address address : host.addresses()) {
      directory
          .segmentAt(address)
          .ifPresent(s -> draft.route(address(address, draft.facing(s.name()))));
    }
    for (Segment segment : segments) {
      for (String route : routesFrom(segment, draft.facing(segment.name()))) {
        if (segment.equals(segments.getFirst())) {
          draft.route(route);
        }
      }
    }
    if (segments.size() > 1) {
      routeBySource(host, segments, draft);
    }
  }

  /** With a foot in several segments, an answer leaves by the segment of the address it is from. */
  private void routeBySource(Host host, List<Segment> segments, Draft draft) {
    for (Segment segment : segments) {
      int table = 100 + segments.indexOf(segment);
      String device = draft.facing(segment.name());
      routesFrom(segment, device).forEach(r -> draft.route(r + " table " + table));
      host.addresses().stream()
          .filter(a -> directory.segmentAt(a).equals(Optional.of(segment)))
          .forEach(a -> draft.route("rule add from " + a + " lookup " + table));
    }
  }

  private List<String> routesFrom(Segment segment, String device) {
    List<String> out = new ArrayList<>();
    segment.networks().forEach(n -> out.add(route(n, " dev " + device)));
    Optional<Via> outward = hop(segment, device, Node.INTERNET);
    for (Family family : Family.values()) {
      outward.ifPresent(via -> out.add(route(all(family), via.text(family))));
    }
    for (Segment other : blueprint().segments().values()) {
      Optional<Via> via = hop(segment, device, Node.segment(other.name()));
      if (via.isPresent() && !via.equals(outward) && !other.equals(segment)) {
        other.networks().forEach(n -> out.add(route(n, via.get().text(n.family()))));
      }
    }
    return out;
  }

  /** Whom a segment's hosts ask to come to an end. */
  private Optional<Via> hop(Segment segment, String device, Node goal) {
    Node from = Node.segment(segment.name());
    Optional<Node> next = graph.next(from, goal);
    if (next.isEmpty()) {
      return Optional.empty();
    }
    if (next.get().kind() == LabGraph.Kind.SEGMENT) {
      return Optional.of(new Via(device, Map.of()));
    }
    Via linkLocal = via(device, ports.get(next.get()).get(from));
    Router server = topology.routerOf(segment);
    if (!next.get().equals(Node.router(server.name()))) {
      return Optional.of(linkLocal);
    }
    Map<Family, Address> hops = new HashMap<>(linkLocal.hop());
    for (Prefix network : segment.networks().reversed()) {
      gateway(server, segment, network).ifPresent(a -> hops.put(network.family(), a));
    }
    return Optional.of(new Via(device, hops));
  }

  /** The router's address in a network: a declared one, the first, or any that nobody claims. */
  private Optional<Address> gateway(Router router, Segment segment, Prefix network) {
    Optional<Address> declared = router.addresses().stream().filter(network::contains).findFirst();
    if (declared.isPresent() || !serves(router, segment.name())) {
      return declared;
    }
    // As many candidates as there may be claims: one of them is free, or the network is full.
    return Stream.iterate(network.network(), a -> !a.equals(network.last()), Address::next)
        .skip(1)
        .limit(blueprint().workloads().size() * 16L + 1024)
        .filter(a -> directory.workloadAt(a).isEmpty())
        .filter(a -> topology.routers().values().stream().noneMatch(r -> r.addresses().contains(a)))
        .findFirst();
  }

  private static Prefix all(Family family) {
    return new Prefix(Address.first(family), 0);
  }

  private static String address(Address address, String device) {
    String text = "addr add " + address + "/" + address.family().bits() + " dev " + device;
    return address.family() == Family.IPV4 ? text : text + " nodad";
  }

  private static String route(Prefix network, String how) {
    return "route add " + network + how;
  }
}
