package io.ringfence.gateway.policy;

import io.ringfence.decision.ConditionProgram;
import io.ringfence.decision.Conditions;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Action;
import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Family;
import io.ringfence.model.Gateway;
import io.ringfence.model.Place;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Protocol;
import io.ringfence.model.Service;
import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides ahead of time what does not depend on the single request: which grants a caller has at a
 * door, both legs of its way included.
 */
final class PolicyCompiler {
  private final Directory directory;
  private final Blueprint blueprint;
  private final Memberships memberships;
  private final GatewayEntries entries;
  private final SourceSets sources;
  private final List<Grant> grants = new ArrayList<>();
  private final PortEdges edges;

  /** The sets that tell sources apart: what rules name, and who may enter at an entrance. */
  private final Map<Object, Integer> setNumbers = new LinkedHashMap<>();

  private final List<AddressSet> sets = new ArrayList<>();
  private final List<Passage> passages = new ArrayList<>();
  private final Map<CallersKey, Callers> callers = new HashMap<>();

  /** A door to be: the grants for it, and what they enter by. */
  private record Passage(
      Gateway gateway, Workload server, PortRange ports, Service service, List<Grant> grants) {}

  private record CallersKey(
      String gateway, List<Address> shared, Protocol protocol, int port, List<Integer> grants) {}

  PolicyCompiler(Directory directory, Memberships memberships) {
    this.directory = directory;
    this.blueprint = directory.blueprint();
    this.memberships = memberships;
    this.entries = new GatewayEntries(directory);
    List<AccessRule> rules = blueprint.rules();
    this.sources = new SourceSets(directory, entries, rules);
    this.edges = new PortEdges(blueprint);
    addGrants(rules);
    addPassages();
  }

  private void addGrants(List<AccessRule> rules) {
    Conditions conditions = new Conditions();
    Map<String, ConditionProgram> programs = new HashMap<>();
    for (int order = 0; order < rules.size(); order++) {
      AccessRule rule = rules.get(order);
      if (rule.through().isPresent() && rule.role().isPresent()) {
        Set<Action> actions = EnumSet.noneOf(Action.class);
        actions.addAll(blueprint.roles().get(rule.role().get()).actions());
        Optional<ConditionProgram> condition =
            rule.when().map(w -> programs.computeIfAbsent(w.cel(), conditions::program));
        grants.add(Grant.of(order, rule, actions, condition));
      }
    }
  }

  private void addPassages() {
    Map<Gateway, Map<Workload, Map<Grant, PortSet>>> served = new LinkedHashMap<>();
    for (Grant grant : grants) {
      Gateway gateway = blueprint.gateways().get(grant.rule().through().orElseThrow());
      Map<Workload, Map<Grant, PortSet>> behind =
          served.computeIfAbsent(gateway, g -> new LinkedHashMap<>());
      for (Endpoint to : grant.rule().to()) {
        for (Workload server : directory.workloads(to.place())) {
          behind
              .computeIfAbsent(server, s -> new LinkedHashMap<>())
              .merge(grant, GatewayEntries.servicePorts(to, server), PortSet::union);
        }
      }
    }
    served.forEach(
        (gateway, behind) ->
            behind.forEach((server, ports) -> addPassages(gateway, server, ports)));
    // Rules name these places, so areas must tell them apart.
    grants.forEach(g -> g.rule().from().forEach(f -> number(site(f.place()))));
  }

  private void addPassages(Gateway gateway, Workload server, Map<Grant, PortSet> served) {
    PortSet all = PortSet.union(served.values());
    for (PortRange range : edges.split(all)) {
      Protocol protocol = range.protocol();
      List<Grant> those =
          served.entrySet().stream()
              .filter(e -> e.getValue().contains(protocol, range.first()))
              .map(Map.Entry::getKey)
              .toList();
      Service service =
          server.services().values().stream()
              .filter(s -> s.ports().contains(protocol, range.first()))
              .findFirst()
              .orElseThrow();
      Passage passage = new Passage(gateway, server, range, service, those);
      passages.add(passage);
      entrances(passage).forEach(this::number);
    }
  }

  /** All the places at which somebody may enter for a passage. */
  private List<Entrance> entrances(Passage passage) {
    List<Address> out =
        new ArrayList<>(entries.shared(passage.gateway, passage.server, passage.service));
    for (Tenant tenant : entries.tenantsWithEndpoint(passage.gateway)) {
      GatewayEntries.endpoint(tenant, passage.gateway).ifPresent(out::add);
    }
    return out.stream().map(a -> entrance(passage, a)).toList();
  }

  private static Entrance entrance(Passage passage, Address address) {
    int port =
        passage
            .gateway
            .binding(passage.server, passage.service)
            .map(Gateway.SocketBinding::port)
            .orElse(passage.ports.first());
    return new Entrance(address, passage.ports.protocol(), port);
  }

  /** Where those of a place send from. */
  private static Place site(Place from) {
    return from instanceof Place.OfTenant of ? of.at() : from;
  }

  private int number(Entrance entrance) {
    return setNumbers.computeIfAbsent(entrance, e -> add(sources.permitted(entrance)));
  }

  private int number(Place place) {
    return setNumbers.computeIfAbsent(place, p -> add(directory.ruleAddresses(place)));
  }

  private int add(AddressSet set) {
    sets.add(set);
    return sets.size() - 1;
  }

  /** The addresses, told apart as far as the rules tell them. */
  AddressMap addresses() {
    return new AddressMap(directory, memberships, sets);
  }

  /** The doors by gateway and by the address of what is behind. */
  Map<String, Map<Address, List<Door>>> doors(AddressMap map) {
    Map<String, Map<Address, List<Door>>> out = new HashMap<>();
    for (Passage passage : passages) {
      Callers those = callers(passage, map);
      Map<Address, List<Door>> behind =
          out.computeIfAbsent(passage.gateway.name(), g -> new HashMap<>());
      for (AddressRange range : directory.addresses(passage.server).ranges()) {
        for (Address a = range.first(); range.contains(a); a = a.next()) {
          Door door = new Door(passage.ports, exitsTo(passage, a), those);
          behind.computeIfAbsent(a, k -> new ArrayList<>()).add(door);
        }
      }
    }
    return out;
  }

  /**
   * Whether the second leg is permitted. Any grant of the passage permits it, so only a guardrail,
   * or the host being the same, can be against it.
   */
  private boolean exitsTo(Passage passage, Address destination) {
    Family family = destination.family();
    Protocol protocol = passage.ports.protocol();
    List<AddressRange> own =
        directory
            .addresses(blueprint.workloads().get(passage.gateway.name()))
            .ofFamily(family)
            .ranges();
    return protocol.belongsTo(family)
        && !own.isEmpty()
        && !sources
            .refused(new Entrance(destination, protocol, passage.ports.first()))
            .contains(own.getFirst().first());
  }

  private Callers callers(Passage passage, AddressMap map) {
    List<Address> shared = entries.shared(passage.gateway, passage.server, passage.service);
    CallersKey key =
        new CallersKey(
            passage.gateway.name(),
            shared,
            passage.ports.protocol(),
            entrance(passage, shared.getFirst()).port(),
            passage.grants.stream().map(Grant::order).toList());
    return callers.computeIfAbsent(key, k -> makeCallers(passage, map));
  }

  private Callers makeCallers(Passage passage, AddressMap map) {
    Callers.Builder out = new Callers.Builder();
    Map<List<Place>, Set<Area>> entering = new HashMap<>();
    for (Grant grant : passage.grants) {
      List<Place> froms = grant.rule().from().stream().map(Endpoint::place).toList();
      Set<Area> areas = entering.computeIfAbsent(froms, f -> entering(f, passage, map));
      for (Place from : froms) {
        map.areasOf(number(site(from))).stream()
            .filter(areas::contains)
            .forEach(area -> addCaller(from, area, grant, out));
      }
    }
    return out.build();
  }

  private static void addCaller(Place from, Area area, Grant grant, Callers.Builder out) {
    if (from instanceof Place.OfTenant of) {
      out.addMember(of.tenant(), of.at(), area, grant);
    } else if (area.identified()) {
      out.addWorkload(from, area, grant);
    }
  }

  /** The areas from which the first leg of a rule's way is permitted. */
  private Set<Area> entering(List<Place> froms, Passage passage, AddressMap map) {
    return froms.stream()
        .flatMap(f -> map.areasOf(number(site(f))).stream())
        .filter(area -> entersFrom(area, froms, passage))
        .collect(Collectors.toSet());
  }

  /** To the first entrance that the rule gives its source. */
  private boolean entersFrom(Area area, List<Place> froms, Passage passage) {
    return froms.stream()
        .filter(f -> area.liesIn(number(site(f))))
        .flatMap(f -> entrancesOf(f, area, passage).stream())
        .filter(a -> a.family() == area.family())
        .findFirst()
        .filter(a -> area.liesIn(number(entrance(passage, a))))
        .isPresent();
  }

  private List<Address> entrancesOf(Place from, Area area, Passage passage) {
    List<Address> endpoints =
        entries.tenantsWithEndpoint(passage.gateway).stream()
            .filter(t -> entersByEndpoint(t, from, area))
            .flatMap(t -> GatewayEntries.endpoint(t, passage.gateway).stream())
            .toList();
    return endpoints.isEmpty()
        ? entries.shared(passage.gateway, passage.server, passage.service)
        : endpoints;
  }

  private static boolean entersByEndpoint(Tenant tenant, Place from, Area area) {
    return switch (from) {
      case Place.OfTenant p -> p.tenant().equals(tenant.name());
      case Place.OfWorkload p -> area.tenants().contains(tenant.name());
      case Place.OfSegment p -> area.tenants().contains(tenant.name());
      case Place.OfSelector p -> area.tenants().contains(tenant.name());
      case Place.OfPrefix p -> false;
      case Place.Internet p -> false;
      case Place.OfFqdn p -> false;
    };
  }
}
