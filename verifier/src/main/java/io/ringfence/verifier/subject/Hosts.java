package io.ringfence.verifier.subject;

import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Host;
import io.ringfence.model.PortSet;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Topology;
import io.ringfence.model.UserSet;
import io.ringfence.model.Workload;
import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which addresses are one machine's; its traffic to itself is outside the model, but for what its
 * processes send each other where the blueprint tells them apart.
 */
public final class Hosts {
  private final Map<Address, AddressSet> shared = new HashMap<>();
  private final Map<Address, ProcessHost> processHosts = new HashMap<>();

  public Hosts(Topology topology, Directory directory) {
    for (Host host : topology.declaredHosts()) {
      List<Workload> processes = directory.processes(host);
      if (processes.isEmpty() && host.addresses().size() == 1) {
        continue;
      }
      AddressSet own = AddressSet.ofAddresses(host.addresses());
      if (!processes.isEmpty()) {
        ProcessHost here = new ProcessHost(own, processes);
        host.addresses().forEach(a -> processHosts.put(a, here));
      } else {
        host.addresses().forEach(a -> shared.put(a, own));
      }
    }
  }

  /** A host that tells processes apart. */
  private record ProcessHost(AddressSet own, List<Workload> processes) {
    /** Its traffic outside the model: of each process to itself, and between what is none. */
    List<Permit> outside() {
      List<Permit> out = new ArrayList<>();
      processes.forEach(w -> out.add(box(w.ports(), w.users())));
      out.add(undeclared());
      return out;
    }

    private Permit undeclared() {
      PortSet ports = PortSet.union(processes.stream().map(Workload::ports).toList());
      UserSet users = processes.stream().map(Workload::users).reduce(UserSet.EMPTY, UserSet::union);
      return box(PortSet.ALL.minus(ports), users.complement());
    }

    private Permit box(PortSet ports, UserSet users) {
      return new Permit(
          "", Permit.Leg.DIRECT, own, own, Optional.empty(), ports, users, SourceLocation.BUILT_IN);
    }
  }

  /** Whether processes are told apart on some machine. */
  public boolean tellProcessesApart() {
    return !processHosts.isEmpty();
  }

  /** All addresses of the machine with this address, where they are not told apart further. */
  public AddressSet with(Address address) {
    if (processHosts.containsKey(address)) {
      return AddressSet.EMPTY;
    }
    AddressSet own = shared.get(address);
    return own == null ? AddressSet.of(address) : own;
  }

  /** All addresses of the machine with this address. */
  public AddressSet machine(Address address) {
    ProcessHost host = processHosts.get(address);
    return host == null ? with(address) : host.own();
  }

  /** Whether a flow is a machine's traffic to itself that is outside the model. */
  public boolean outside(Flow flow) {
    return with(flow.source()).contains(flow.destination()) || outsideAmongProcesses(flow);
  }

  private boolean outsideAmongProcesses(Flow flow) {
    ProcessHost host = processHosts.get(flow.source());
    return host != null && host.outside().stream().anyMatch(p -> p.contains(flow));
  }

  /** The flows outside the model of a machine that one such flow is of. */
  List<Permit> outsideAround(Flow flow) {
    ProcessHost host = processHosts.get(flow.source());
    return host == null ? List.of() : host.outside();
  }

  /** The parts of a box that are not outside the model on hosts that tell processes apart. */
  List<Permit> inside(Permit box) {
    List<Permit> left = List.of(box);
    for (ProcessHost host : processHosts.values().stream().distinct().toList()) {
      if (box.from().overlaps(host.own()) && box.to().overlaps(host.own())) {
        List<Permit> next = new ArrayList<>();
        left.forEach(p -> next.addAll(PermittedFlows.minus(p, host.outside())));
        left = next;
      }
    }
    return left;
  }
}
