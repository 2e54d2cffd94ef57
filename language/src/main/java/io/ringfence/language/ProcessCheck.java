package io.ringfence.language;

import io.ringfence.model.Host;
import io.ringfence.model.HostUser;
import io.ringfence.model.PortSet;
import io.ringfence.model.Workload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks that a host which tells processes apart can do so: each of its workloads has a user and
 * ports that no other there has.
 */
final class ProcessCheck {
  private final Problems problems;
  private final Map<String, Workload> workloads;

  ProcessCheck(Problems problems, Map<String, Workload> workloads) {
    this.problems = problems;
    this.workloads = workloads;
  }

  void check(Collection<Host> hosts) {
    Map<String, List<Workload>> processes = new LinkedHashMap<>();
    for (Workload workload : workloads.values()) {
      workload
          .process()
          .map(HostUser::host)
          .ifPresent(h -> processes.computeIfAbsent(h, n -> new ArrayList<>()).add(workload));
    }
    for (Host host : hosts) {
      if (processes.containsKey(host.name())) {
        checkAllAreProcesses(host, processes.get(host.name()).getFirst());
        checkApart(host, processes.get(host.name()));
      }
    }
  }

  private void checkAllAreProcesses(Host host, Workload process) {
    Set<Object> here = new HashSet<>(host.addresses());
    for (Workload workload : workloads.values()) {
      boolean placed = workload.addresses().stream().anyMatch(here::contains);
      if (placed && workload.process().isEmpty()) {
        problems.error(
            workload.at(),
            "workload "
                + Said.quote(workload.name())
                + " is on host "
                + Said.quote(host.name())
                + ", where "
                + Said.quote(process.name())
                + " is told apart by its `user:`; say whose this one is too, as `host: "
                + host.name()
                + "` and `user: NUMBER`");
      }
    }
  }

  private void checkApart(Host host, List<Workload> processes) {
    Map<Long, Workload> byUser = new LinkedHashMap<>();
    for (Workload workload : processes) {
      long user = workload.process().orElseThrow().user();
      Workload first = byUser.putIfAbsent(user, workload);
      if (first != null) {
        problems.error(
            workload.at(),
            "user "
                + user
                + " of host "
                + Said.quote(host.name())
                + " runs workload "
                + Said.quote(first.name())
                + " at "
                + first.at()
                + " already; run "
                + Said.quote(workload.name())
                + " as another");
      }
    }
    PortSet taken = PortSet.EMPTY;
    for (Workload workload : processes) {
      PortSet twice = taken.intersect(workload.ports());
      if (!twice.isEmpty()) {
        problems.error(
            workload.at(),
            Said.quote(twice.toString())
                + " of workload "
                + Said.quote(workload.name())
                + " is a port of "
                + Said.quote(owner(processes, twice).name())
                + " on the same host "
                + Said.quote(host.name())
                + ", and only the port tells whom what comes in is for");
      }
      taken = taken.union(workload.ports());
    }
  }

  private static Workload owner(List<Workload> processes, PortSet ports) {
    return processes.stream()
        .filter(w -> !w.ports().intersect(ports).isEmpty())
        .findFirst()
        .orElseThrow();
  }
}
