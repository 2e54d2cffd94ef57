package io.ringfence.gateway.serve;

import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Gateway;
import io.ringfence.model.PortRange;
import io.ringfence.model.Service;
import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Says what a gateway serves, and where: from the blueprint, with what the command line changes.
 */
record ServicePlan(List<ServedService> services) {
  ServicePlan {
    services = List.copyOf(services);
  }

  /**
   * @throws PolicyRefusedException when the gateway cannot serve what stands there
   */
  static ServicePlan of(Blueprint blueprint, Gateway gateway, ServeSettings settings)
      throws PolicyRefusedException {
    return new Maker(blueprint, gateway, settings).plan();
  }

  private static final class Maker {
    private final Blueprint blueprint;
    private final Gateway gateway;
    private final ServeSettings settings;
    private final Map<InetSocketAddress, ServedService> taken = new HashMap<>();
    private final Set<String> listenUsed = new TreeSet<>();
    private final Set<String> upstreamUsed = new TreeSet<>();

    Maker(Blueprint blueprint, Gateway gateway, ServeSettings settings) {
      this.blueprint = blueprint;
      this.gateway = gateway;
      this.settings = settings;
    }

    ServicePlan plan() throws PolicyRefusedException {
      List<ServedService> out = new ArrayList<>();
      for (String name : gateway.inFrontOf()) {
        Workload workload = blueprint.workloads().get(name);
        boolean spoken = false;
        for (Service service : workload.services().values()) {
          Optional<Engines.Row> row =
              workload.engine().flatMap(e -> Engines.find(e, service.name()));
          if (row.isPresent()) {
            out.add(served(row.get(), workload, service));
            spoken = true;
          }
        }
        if (!spoken) {
          throw new PolicyRefusedException(
              "the gateway does not speak what `%s` is (%s)"
                  .formatted(name, workload.engine().orElse("no engine of the catalogue")));
        }
      }
      listenUsed.add(OperatorDoor.LISTEN);
      if (gateway.telemetry().isPresent()) {
        upstreamUsed.add(TelemetryPlan.UPSTREAM);
      }
      refuseUnused("--listen", settings.listen().keySet(), listenUsed);
      refuseUnused("--upstream", settings.upstream().keySet(), upstreamUsed);
      return new ServicePlan(out);
    }

    private static void refuseUnused(String option, Set<String> given, Set<String> used)
        throws PolicyRefusedException {
      for (String name : given) {
        if (!used.contains(name)) {
          throw new PolicyRefusedException(
              "%s names `%s`, which the gateway does not serve".formatted(option, name));
        }
      }
    }

    private ServedService served(Engines.Row row, Workload workload, Service service)
        throws PolicyRefusedException {
      int port = port(workload, service);
      Address destination = workload.addresses().getFirst();
      ServedService out =
          new ServedService(
              row,
              workload.name(),
              destination,
              port,
              sockets(row, workload, service, port),
              database(workload, service, socket(destination, port)));
      for (InetSocketAddress socket : out.sockets()) {
        ServedService other = socket.getPort() == 0 ? null : taken.putIfAbsent(socket, out);
        if (other != null) {
          throw new PolicyRefusedException(
              "the gateway would listen at %s for `%s` and for `%s`; give one of them another, such as"
                      .formatted(text(socket), other.name(), out.name())
                  + " `listen: { %s: \"ADDRESS:PORT\" }`".formatted(out.name()));
        }
      }
      return out;
    }

    private static int port(Workload workload, Service service) throws PolicyRefusedException {
      List<PortRange> ranges = service.ports().ranges();
      if (ranges.size() != 1 || ranges.getFirst().first() != ranges.getFirst().last()) {
        throw new PolicyRefusedException(
            "service `%s` of `%s` has several ports; a gateway serves one"
                .formatted(service.name(), workload.name()));
      }
      return ranges.getFirst().first();
    }

    private List<InetSocketAddress> sockets(
        Engines.Row row, Workload workload, Service service, int port) {
      for (String name :
          List.of(
              workload.name() + "/" + row.service(),
              row.engine() + "/" + row.service(),
              row.service())) {
        InetSocketAddress given = settings.listen().get(name);
        if (given != null) {
          listenUsed.add(name);
          return List.of(given);
        }
      }
      Optional<Gateway.SocketBinding> binding = gateway.binding(workload, service);
      List<Address> addresses = new ArrayList<>();
      if (binding.isPresent()) {
        addresses.add(binding.get().address());
      } else {
        addresses.addAll(blueprint.workloads().get(gateway.name()).addresses());
      }
      blueprint.tenants().values().stream()
          .flatMap(t -> t.endpoint().stream())
          .filter(e -> e.gateway().equals(gateway.name()))
          .map(Tenant.PrivateEndpoint::address)
          .filter(a -> !addresses.contains(a))
          .forEach(addresses::add);
      int listening = binding.map(Gateway.SocketBinding::port).orElse(port);
      return addresses.stream().map(a -> socket(a, listening)).toList();
    }

    private InetSocketAddress database(
        Workload workload, Service service, InetSocketAddress declared) {
      for (String name : List.of(workload.name() + "/" + service.name(), workload.name())) {
        InetSocketAddress given = settings.upstream().get(name);
        if (given != null) {
          upstreamUsed.add(name);
          return given;
        }
      }
      return declared;
    }

    private static InetSocketAddress socket(Address address, int port) {
      try {
        return new InetSocketAddress(InetAddress.getByAddress(address.bytes()), port);
      } catch (UnknownHostException e) {
        throw new IllegalStateException(e); // the address has 4 or 16 bytes
      }
    }

    private static String text(InetSocketAddress socket) {
      return socket.getAddress().getHostAddress() + ":" + socket.getPort();
    }
  }
}
