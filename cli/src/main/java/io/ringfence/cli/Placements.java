package io.ringfence.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.agent.kernel.NetworkNamespace;
import io.ringfence.model.Address;
import io.ringfence.model.Directory;
import io.ringfence.model.Host;
import io.ringfence.model.Router;
import io.ringfence.model.Topology;
import io.ringfence.model.Workload;
import io.ringfence.targets.nftables.Placement;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The machines of a blueprint that rulesets are for, as a command line names them. */
final class Placements {
  private static final int NAMED_MAX = 8;

  private final Directory directory;
  private final Topology topology;

  Placements(Directory directory) {
    this.directory = directory;
    this.topology = new Topology(directory);
  }

  /** Every host, then every router, in the blueprint's order. */
  List<Placement> all() {
    return Placement.all(topology);
  }

  /** The host of that name, with that address, or of the workload that has no other. */
  Placement host(String text) {
    Optional<Host> host =
        Optional.ofNullable(topology.hosts().get(text))
            .or(() -> address(text).flatMap(topology::hostAt));
    if (host.isPresent()) {
      return new Placement.AtHost(host.get());
    }
    Workload workload = directory.blueprint().workloads().get(text);
    if (workload == null) {
      throw new Failure(
          "no host `" + text + "`; hosts are " + some(topology.hosts().keySet().stream()));
    }
    List<Host> hosts =
        topology.hosts().values().stream()
            .filter(h -> h.addresses().stream().anyMatch(directory.addresses(workload)::contains))
            .toList();
    if (hosts.size() != 1) {
      String names = some(hosts.stream().map(Host::name));
      throw new Failure(
          "workload `%s` is on %d hosts; name one: %s".formatted(text, hosts.size(), names));
    }
    return new Placement.AtHost(hosts.getFirst());
  }

  private static Optional<Address> address(String text) {
    try {
      return Optional.of(Address.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  Placement router(String name) {
    Router router = topology.routers().get(name);
    if (router == null) {
      throw new Failure(
          "no router `" + name + "`; routers are " + some(topology.routers().keySet().stream()));
    }
    return new Placement.AtRouter(router);
  }

  /** The machine of that {@link #title}. */
  Placement titled(String title) {
    int space = title.indexOf(' ');
    String name = title.substring(space + 1);
    return title.startsWith("router ") ? router(name) : host(name);
  }

  /** The host whose own addresses a ruleset of ours names. */
  Placement of(JsonNode ruleset) {
    Set<String> own = new TreeSet<>();
    List<JsonNode> sets = new ArrayList<>(ruleset.findValues("set"));
    sets.addAll(ruleset.findValues("element"));
    for (JsonNode set : sets) {
      if (set.path("name").asText().matches("own[46]")) {
        set.path("elem").forEach(e -> own.add(e.asText()));
      }
    }
    List<Host> hosts =
        topology.hosts().values().stream()
            .filter(
                h ->
                    own.equals(
                        h.addresses().stream().map(Address::toString).collect(Collectors.toSet())))
            .toList();
    if (hosts.size() != 1) {
      throw new Failure(
          "which machine's ruleset it is does not show; name it: --host HOST or --router ROUTER");
    }
    return new Placement.AtHost(hosts.getFirst());
  }

  /** The host whose addresses the machine in this namespace has. */
  Placement here(NetworkNamespace namespace) {
    Set<Address> own = addresses(namespace);
    List<Host> hosts =
        topology.hosts().values().stream()
            .filter(h -> h.addresses().stream().anyMatch(own::contains))
            .toList();
    if (hosts.size() != 1) {
      String why =
          hosts.isEmpty()
              ? "no host of the blueprint has an address of this machine"
              : "this machine has addresses of " + some(hosts.stream().map(Host::name));
      throw new Failure(why + "; name it: --host HOST or --router ROUTER");
    }
    return new Placement.AtHost(hosts.getFirst());
  }

  private static Set<Address> addresses(NetworkNamespace namespace) {
    try {
      return namespace.call(
          () ->
              NetworkInterface.networkInterfaces()
                  .flatMap(NetworkInterface::inetAddresses)
                  .map(a -> Address.of(a.getAddress()))
                  .collect(Collectors.toSet()));
    } catch (Exception e) {
      throw new Failure("the addresses of this machine cannot be read: " + e.getMessage(), e);
    }
  }

  private static String some(Stream<String> names) {
    List<String> all = names.toList();
    String first =
        String.join(", ", all.stream().limit(NAMED_MAX).map(n -> "`" + n + "`").toList());
    return all.size() > NAMED_MAX ? first + " and " + (all.size() - NAMED_MAX) + " more" : first;
  }

  /** {@code host web@10.20.0.10} or {@code router edge}. */
  static String title(Placement placement) {
    return switch (placement) {
      case Placement.AtHost at -> "host " + at.name();
      case Placement.AtRouter at -> "router " + at.name();
    };
  }
}
