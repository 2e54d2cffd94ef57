package io.ringfence.lab;

import io.ringfence.lab.AttackReport.Disguise;
import io.ringfence.lab.AttackReport.Forgery;
import io.ringfence.lab.LabGuard.Inside;
import io.ringfence.model.Address;
import io.ringfence.model.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Sends packets that claim to come from others, and sees which arrive. */
final class Forging {
  /** At most so many packets from one workload; spread evenly over all that there could be. */
  static final int SHOTS_MAX = 1024;

  private static final int EXAMPLES_MAX = 5;

  private final LabPlan plan;
  private final Namespaces namespaces;
  private final Pace pace;
  private final LabGuard guard;
  private final DeclaredPorts declared;
  private int attempts;

  Forging(LabPlan plan, Namespaces namespaces, Pace pace) {
    this.plan = plan;
    this.namespaces = namespaces;
    this.pace = pace;
    this.guard = new LabGuard(plan);
    this.declared = DeclaredPorts.of(plan.directory());
  }

  int attempts() {
    return attempts;
  }

  List<Forgery> from(String workload, List<LabNode> nodes) {
    List<Shot> all = new ArrayList<>();
    nodes.forEach(n -> addShots(n, all));
    List<Shot> shots = spread(all);
    attempts += shots.size();
    Set<Shot> arrived = Volley.fire(shots, plan, namespaces, pace);
    List<Forgery> out = new ArrayList<>();
    for (Disguise disguise : Disguise.values()) {
      List<Shot> own = shots.stream().filter(s -> disguise(s) == disguise).toList();
      if (!own.isEmpty()) {
        out.add(forgery(workload, disguise, own, arrived));
      }
    }
    return out;
  }

  private static List<Shot> spread(List<Shot> all) {
    if (all.size() <= SHOTS_MAX) {
      return all;
    }
    List<Shot> out = new ArrayList<>();
    for (int i = 0; i < SHOTS_MAX; i++) {
      out.add(all.get((int) ((long) i * all.size() / SHOTS_MAX)));
    }
    return out;
  }

  /** To every declared port of every other host, in the name of every third. */
  private void addShots(LabNode from, List<Shot> shots) {
    for (LabNode target : plan.ends().filter(n -> !n.equals(from)).toList()) {
      for (Address to : target.addresses()) {
        plan.ends()
            .filter(n -> !n.equals(from) && !n.equals(target))
            .flatMap(n -> n.addresses().stream())
            .filter(a -> a.family() == to.family() && canSend(from, to))
            .forEach(claimed -> addShots(from, claimed, guard.admit(to), shots));
      }
    }
  }

  /** A target that no cable leads to would make every forgery look detected. */
  private boolean canSend(LabNode from, Address to) {
    return from.addresses().stream()
        .anyMatch(a -> a.family() == to.family() && plan.connects(a, to));
  }

  private void addShots(LabNode from, Address claimed, Inside to, List<Shot> shots) {
    for (Protocol protocol : List.of(Protocol.TCP, Protocol.UDP)) {
      DeclaredPorts.each(declared.at(to.address()), protocol)
          .forEach(
              port -> {
                for (Shot.Way way : Shot.Way.values()) {
                  shots.add(new Shot(from, claimed, to, protocol, port, way));
                }
              });
    }
  }

  private Disguise disguise(Shot shot) {
    if (shot.way() == Shot.Way.IP) {
      return Disguise.THROUGH_OWN_FILTER;
    }
    return isNeighbour(shot.from(), shot.claimed()) || isNeighbour(shot.from(), shot.to().address())
        ? Disguise.ON_LINK
        : Disguise.PAST_OWN_FILTER;
  }

  private boolean isNeighbour(LabNode node, Address address) {
    return plan.directory().segmentAt(address).flatMap(s -> node.facing(s.name())).isPresent();
  }

  private static Forgery forgery(
      String workload, Disguise disguise, List<Shot> sent, Set<Shot> arrived) {
    List<Shot> own = sent.stream().filter(arrived::contains).toList();
    List<String> examples =
        own.stream()
            .limit(EXAMPLES_MAX)
            .map(s -> s.claimed() + " -> " + s.to() + " " + s.port() + "/" + s.protocol())
            .toList();
    return new Forgery(workload, disguise, sent.size(), own.size(), examples);
  }
}
