package io.ringfence.targets.nftables;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Guardrail;
import io.ringfence.model.PortSet;
import io.ringfence.model.Service;
import io.ringfence.model.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A box of flows that a guardrail forbids, its exceptions included. */
record Forbidden(String guardrail, AddressSet from, AddressSet to, PortSet ports) {
  /** What the guardrails that forbid flows forbid, in the blueprint's order. */
  static List<Forbidden> of(Directory directory) {
    List<Forbidden> out = new ArrayList<>();
    for (Guardrail guardrail : directory.blueprint().guardrails()) {
      out.addAll(of(directory, guardrail));
    }
    return List.copyOf(out);
  }

  private static List<Forbidden> of(Directory directory, Guardrail guardrail) {
    return switch (guardrail) {
      case Guardrail.Never g ->
          boxes(g.name(), addresses(directory, g.from()), goals(directory, g.to()));
      case Guardrail.Only g ->
          boxes(g.name(), addresses(directory, g.from()).complement(), goals(directory, g.to()));
      case Guardrail.Unreachable g -> unreachable(directory, g);
      case Guardrail.Isolated g -> List.of();
      case Guardrail.Contained g -> List.of();
    };
  }

  private static List<Forbidden> unreachable(Directory directory, Guardrail.Unreachable g) {
    AddressSet places = addresses(directory, g.places());
    List<Forbidden> out =
        new ArrayList<>(boxes(g.name(), AddressSet.ALL, goals(directory, g.places())));
    out.add(new Forbidden(g.name(), places, AddressSet.ALL, PortSet.ALL));
    return out;
  }

  private static List<Forbidden> boxes(
      String name, AddressSet from, Map<PortSet, AddressSet> goals) {
    List<Forbidden> out = new ArrayList<>();
    goals.forEach((ports, to) -> out.add(new Forbidden(name, from, to, ports)));
    return out;
  }

  private static AddressSet addresses(Directory directory, List<Endpoint> ends) {
    return ends.stream()
        .map(e -> directory.guardrailAddresses(e.place()))
        .reduce(AddressSet.EMPTY, AddressSet::union);
  }

  /** The destinations by the ports meant there. */
  private static Map<PortSet, AddressSet> goals(Directory directory, List<Endpoint> ends) {
    Map<PortSet, AddressSet> out = new LinkedHashMap<>();
    for (Endpoint end : ends) {
      AddressSet addresses = directory.guardrailAddresses(end.place());
      switch (end.ports()) {
        case Endpoint.Ports.Any p -> out.merge(PortSet.ALL, addresses, AddressSet::union);
        case Endpoint.Ports.Explicit p -> out.merge(p.ports(), addresses, AddressSet::union);
        case Endpoint.Ports.OfService p ->
            directory
                .workloads(end.place())
                .forEach(w -> addService(directory, w, p.service(), out));
      }
    }
    return out;
  }

  private static void addService(
      Directory directory, Workload workload, String name, Map<PortSet, AddressSet> out) {
    Service service = workload.services().get(name);
    if (service != null) {
      out.merge(service.ports(), directory.addresses(workload), AddressSet::union);
    }
  }
}
