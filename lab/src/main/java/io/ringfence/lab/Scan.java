package io.ringfence.lab;

import io.ringfence.lab.LabGuard.Inside;
import io.ringfence.model.Address;
import io.ringfence.model.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Every address of a lab at every port that an intruder would look at. */
final class Scan {
  /** Remote shells, web, names and file shares. */
  private static final List<Integer> COMMON = List.of(22, 53, 80, 443, 445, 3389, 8080, 8443);

  /** At most so many ports of each protocol: those above are left out. */
  static final int PORTS_MAX = 128;

  private final LabPlan plan;
  private final LabGuard guard;
  private final NavigableSet<Integer> tcp = new TreeSet<>();
  private final NavigableSet<Integer> udp = new TreeSet<>();

  Scan(LabPlan plan) {
    this.plan = plan;
    this.guard = new LabGuard(plan);
    DeclaredPorts declared = DeclaredPorts.of(plan.directory());
    plan.ends()
        .flatMap(n -> n.addresses().stream())
        .map(declared::at)
        .forEach(
            ports -> {
              DeclaredPorts.each(ports, Protocol.TCP).forEach(tcp::add);
              DeclaredPorts.each(ports, Protocol.UDP).forEach(udp::add);
            });
    tcp.addAll(COMMON);
    tcp.addAll(ProbePorts.DATABASES);
    udp.add(53);
  }

  /** The calls from one node. */
  List<Call> from(LabNode node) {
    List<Call> out = new ArrayList<>();
    for (Address source : node.addresses()) {
      plan.ends()
          .filter(n -> !n.equals(node))
          .flatMap(n -> n.addresses().stream())
          .filter(a -> a.family() == source.family())
          .forEach(a -> addCalls(source, guard.admit(a), out));
    }
    return out;
  }

  private void addCalls(Address source, Inside to, List<Call> calls) {
    first(tcp).forEach(p -> calls.add(Call.listen(source, to, p)));
    first(udp).forEach(p -> calls.add(Call.knock(source, to, Protocol.UDP, p)));
  }

  private static IntStream first(NavigableSet<Integer> ports) {
    return ports.stream().limit(PORTS_MAX).mapToInt(Integer::intValue);
  }
}
