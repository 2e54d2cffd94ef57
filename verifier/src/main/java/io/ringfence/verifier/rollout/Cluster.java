package io.ringfence.verifier.rollout;

import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.EngineCatalogue;
import io.ringfence.model.Family;
import io.ringfence.model.PortSet;
import io.ringfence.model.Workload;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Nodes of one engine that agree by a quorum: the addresses, of one family, of a workload, and of
 * other workloads of that engine that it may reach at their peer ports before or after.
 *
 * <p>Where neither generation lets any of them reach another, they are servers of their own.
 */
record Cluster(String engine, List<Member> before, List<Member> after) {
  Cluster {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  List<String> workloads() {
    return List.copyOf(
        Stream.concat(before.stream(), after.stream())
            .map(Member::workload)
            .collect(java.util.stream.Collectors.toCollection(TreeSet::new)));
  }

  /** All clusters of either blueprint, in the order of their engines and addresses. */
  static List<Cluster> of(Optional<Subject> before, Subject after) {
    List<Cluster> out = new ArrayList<>();
    for (String engine : EngineCatalogue.engines().keySet()) {
      for (Family family : Family.values()) {
        out.addAll(new Grouping(engine, family, before, after).clusters());
      }
    }
    return out;
  }

  /** Finds which nodes belong together, by joining them into ever larger groups. */
  private static final class Grouping {
    private final String engine;
    private final List<Member> before;
    private final List<Member> after;
    private final Map<Address, Address> parents = new TreeMap<>();
    private final java.util.Set<Address> connected = new TreeSet<>();

    Grouping(String engine, Family family, Optional<Subject> before, Subject after) {
      this.engine = engine;
      this.before = before.map(s -> members(s.blueprint(), engine, family)).orElse(List.of());
      this.after = members(after.blueprint(), engine, family);
      Stream.concat(this.before.stream(), this.after.stream())
          .forEach(m -> parents.put(m.address(), m.address()));
      joinWorkloads();
      before.ifPresent(s -> joinPeers(s, this.before));
      joinPeers(after, this.after);
    }

    private static List<Member> members(Blueprint blueprint, String engine, Family family) {
      List<Member> out = new ArrayList<>();
      for (Workload workload : blueprint.workloads().values()) {
        PortSet ports = EngineCatalogue.quorumPorts(workload);
        if (workload.engine().filter(engine::equals).isPresent() && !ports.isEmpty()) {
          workload.addresses().stream()
              .filter(a -> a.family() == family)
              .forEach(a -> out.add(new Member(workload.name(), a, ports, workload.users())));
        }
      }
      return out;
    }

    private void joinWorkloads() {
      Map<String, Address> firsts = new TreeMap<>();
      Stream.concat(before.stream(), after.stream())
          .forEach(
              m -> {
                Address first = firsts.putIfAbsent(m.workload(), m.address());
                join(first == null ? m.address() : first, m.address());
              });
    }

    private void joinPeers(Subject subject, List<Member> members) {
      PortSet ports = PortSet.union(members.stream().map(Member::ports).distinct().toList());
      for (Permit permit : subject.permitted().permits()) {
        if (!permit.ports().intersect(ports).isEmpty()) {
          joinPeers(permit, members);
        }
      }
    }

    private void joinPeers(Permit permit, List<Member> members) {
      List<Member> senders =
          members.stream().filter(m -> permit.from().contains(m.address())).toList();
      List<Member> receivers =
          senders.isEmpty() ? List.of() : members.stream().filter(m -> takes(permit, m)).toList();
      for (Member receiver : receivers) {
        senders.stream()
            .filter(s -> !s.address().equals(receiver.address()))
            .forEach(
                s -> {
                  connected.add(s.address());
                  join(s.address(), receiver.address());
                });
      }
    }

    private static boolean takes(Permit permit, Member member) {
      return permit.to().contains(member.address())
          && !permit.ports().intersect(member.ports()).isEmpty();
    }

    private void join(Address a, Address b) {
      parents.put(root(a), root(b));
    }

    private Address root(Address address) {
      Address parent = parents.get(address);
      if (parent.equals(address)) {
        return address;
      }
      Address root = root(parent);
      parents.put(address, root);
      return root;
    }

    List<Cluster> clusters() {
      Map<Address, List<Address>> groups = new LinkedHashMap<>();
      parents.keySet().stream()
          .toList()
          .forEach(a -> groups.computeIfAbsent(root(a), k -> new ArrayList<>()).add(a));
      return groups.values().stream()
          .filter(g -> g.stream().anyMatch(connected::contains))
          .map(AddressSet::ofAddresses)
          .map(g -> new Cluster(engine, within(before, g), within(after, g)))
          .toList();
    }

    private static List<Member> within(List<Member> members, AddressSet group) {
      return members.stream().filter(m -> group.contains(m.address())).toList();
    }
  }
}
