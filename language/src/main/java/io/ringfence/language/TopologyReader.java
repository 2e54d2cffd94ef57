package io.ringfence.language;

import io.ringfence.language.YamlNode.Entry;
import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Host;
import io.ringfence.model.Link;
import io.ringfence.model.Router;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tenant;
import io.ringfence.model.Topology;
import io.ringfence.model.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@code hosts:}, {@code routers:} and {@code links:}. */
final class TopologyReader {
  private final Reading reading;
  private final Claims claims;
  private final Map<String, Workload> workloads;
  private final Map<String, List<Address>> endpoints = new HashMap<>();
  private final Map<Address, String> placed = new HashMap<>();
  private final Map<String, Entry> served = new HashMap<>();

  TopologyReader(
      Reading reading,
      Claims claims,
      Map<String, Workload> workloads,
      Map<String, Tenant> tenants) {
    this.reading = reading;
    this.claims = claims;
    this.workloads = workloads;
    tenants.values().stream()
        .flatMap(t -> t.endpoint().stream())
        .forEach(
            e -> endpoints.computeIfAbsent(e.gateway(), k -> new ArrayList<>()).add(e.address()));
  }

  /**
   * The hosts that stand in a section of their own, and those that workloads name.
   *
   * @param named by workload
   */
  Map<String, Host> hosts(Map<String, Scalar> named) {
    Set<Address> known = new HashSet<>();
    workloads.keySet().forEach(w -> known.addAll(addressesOf(w)));
    Map<String, Host> out = reading.named("hosts", (entry, fields) -> host(entry, fields, known));
    Map<String, List<Address>> more = new LinkedHashMap<>();
    Map<String, SourceLocation> first = new HashMap<>();
    named.forEach(
        (workload, host) -> {
          List<Address> here = more.computeIfAbsent(host.text(), h -> new ArrayList<>());
          first.putIfAbsent(host.text(), host.at());
          addressesOf(workload).forEach(a -> place(a, host.text(), true, host, here));
        });
    more.forEach(
        (name, here) ->
            out.merge(name, new Host(name, here, first.get(name)), TopologyReader::joined));
    return out;
  }

  private static Host joined(Host declared, Host named) {
    List<Address> all = new ArrayList<>(declared.addresses());
    all.addAll(named.addresses());
    return new Host(declared.name(), all, declared.at());
  }

  private Optional<Host> host(Entry entry, Fields fields, Set<Address> known) {
    List<Address> out = new ArrayList<>();
    for (Scalar name : fields.scalars("workloads")) {
      reading.names().resolve(Names.Kind.WORKLOAD, name).stream()
          .flatMap(w -> addressesOf(w).stream())
          .forEach(a -> place(a, entry.key().text(), true, name, out));
    }
    for (Scalar scalar : fields.scalars("addresses")) {
      Optional<Address> address = reading.values().address(scalar);
      address.ifPresent(a -> place(a, entry.key().text(), false, scalar, out));
      address
          .filter(a -> !known.contains(a))
          .ifPresent(a -> error(scalar, Said.quote(a.toString()) + " is no workload's address"));
    }
    return Optional.of(new Host(entry.key().text(), out, entry.key().at()));
  }

  /** A workload's addresses, and the private endpoints of the gateway it is. */
  private List<Address> addressesOf(String workload) {
    List<Address> out = new ArrayList<>();
    Optional.ofNullable(workloads.get(workload)).ifPresent(w -> out.addAll(w.addresses()));
    out.addAll(endpoints.getOrDefault(workload, List.of()));
    return out;
  }

  /**
   * @param again whether the address may be on that host already, by another workload that shares
   *     it
   */
  private void place(Address address, String host, boolean again, Scalar at, List<Address> out) {
    String first = placed.putIfAbsent(address, host);
    if (first == null) {
      out.add(address);
    } else if (!again || !first.equals(host)) {
      error(at, Said.quote(address.toString()) + " is on host " + Said.quote(first) + " already");
    }
  }

  private void error(Scalar at, String message) {
    reading.problems().error(at.at(), message);
  }

  Map<String, Router> routers() {
    return reading.named("routers", this::router);
  }

  private Optional<Router> router(Entry entry, Fields fields) {
    Map<String, String> interfaces = new LinkedHashMap<>();
    for (Scalar segment : fields.scalars("segments")) {
      serve(segment, Topology.interfaceName(segment.text()), entry, interfaces, segment);
    }
    for (Entry face : fields.entries("interfaces")) {
      if (face.value().value() instanceof Scalar name) {
        serve(face.key(), name.text(), entry, interfaces, name);
      }
    }
    List<Address> addresses = new ArrayList<>();
    for (Scalar scalar : fields.scalars("addresses")) {
      Optional<Address> address = reading.values().address(scalar);
      address.ifPresent(addresses::add);
      address.ifPresent(
          a -> claims.address(a, "router " + Said.quote(entry.key().text()), scalar.at()));
    }
    return Optional.of(new Router(entry.key().text(), interfaces, addresses, entry.key().at()));
  }

  private void serve(
      Scalar segment, String face, Entry router, Map<String, String> interfaces, Scalar at) {
    if (reading.names().resolve(Names.Kind.SEGMENT, segment).isEmpty()) {
      return;
    }
    if (face.equals(".") || face.equals("..")) {
      error(at, Said.quote(face) + " is no interface name");
    }
    if (interfaces.containsValue(face)) {
      error(at, "interface " + Said.quote(face) + " faces another segment already");
    }
    Entry first = served.putIfAbsent(segment.text(), router);
    if (first != null) {
      error(
          segment,
          "segment "
              + Said.quote(segment.text())
              + " is served by router "
              + Said.quote(first.key().text())
              + " at "
              + first.key().at()
              + " already; a segment has one router");
    }
    interfaces.put(segment.text(), face);
  }

  List<Link> links() {
    List<Link> out = new ArrayList<>();
    Set<Set<String>> seen = new HashSet<>();
    for (YamlNode node : reading.sections().list("links")) {
      Fields.of(node, reading.refused()).flatMap(f -> link(f, seen)).ifPresent(out::add);
    }
    return out;
  }

  private Optional<Link> link(Fields fields, Set<Set<String>> seen) {
    List<Scalar> ends = fields.scalars("between");
    if (ends.size() > 2) {
      error(ends.get(2), "a link is between two; write one link for each pair");
    }
    if (ends.size() != 2) {
      return Optional.empty();
    }
    Set<String> pair = new TreeSet<>();
    ends.forEach(e -> linkEnd(e).ifPresent(pair::add));
    if (pair.size() == 2 && !seen.add(pair)) {
      error(ends.getFirst(), "a link between " + Said.list(pair) + " stands already");
    }
    return pair.size() == 2
        ? Optional.of(new Link(ends.get(0).text(), ends.get(1).text(), fields.at()))
        : Optional.empty();
  }

  private Optional<String> linkEnd(Scalar name) {
    Set<String> known = new TreeSet<>(reading.names().declared(Names.Kind.ROUTER));
    known.addAll(reading.names().declared(Names.Kind.SEGMENT));
    known.add(Blueprint.INTERNET);
    if (known.contains(name.text())) {
      return Optional.of(name.text());
    }
    error(name, Said.undeclared("router or segment", name.text(), known));
    return Optional.empty();
  }
}
