package io.ringfence.cli.compile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringfence.agent.DesiredState;
import io.ringfence.decision.Authorizer;
import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.Host;
import io.ringfence.model.Management;
import io.ringfence.model.Mode;
import io.ringfence.model.Place;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.Segment;
import io.ringfence.model.Verdict;
import io.ringfence.targets.nftables.Generation;
import io.ringfence.targets.nftables.NftablesRenderer;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.targets.nftables.ReadBack;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A blueprint as one host or router is to enforce it. */
public final class CompiledState implements DesiredState {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final AddressSet LOOPBACK =
      AddressSet.ofPrefixes(List.of(Prefix.parse("127.0.0.0/8"), Prefix.parse("::1")));

  private final Map<String, String> sources;
  private final NetworkProjection projection;
  private final Directory directory;
  private final Placement placement;
  private final Authorizer authorizer;

  /**
   * @param sources the blueprint's files by name
   */
  public CompiledState(
      Map<String, String> sources, NetworkProjection projection, Placement placement) {
    this.sources = new TreeMap<>(sources);
    this.projection = projection;
    this.directory = projection.directory();
    this.placement = placement;
    this.authorizer = new Authorizer(directory);
  }

  @Override
  public String placement() {
    return switch (placement) {
      case Placement.AtHost at -> "host " + at.name();
      case Placement.AtRouter at -> "router " + at.name();
    };
  }

  @Override
  public Map<String, String> sources() {
    return sources;
  }

  @Override
  public String artifact(int generation) {
    return json(generation).toString();
  }

  private JsonNode json(int generation) {
    return NftablesRenderer.render(projection, placement, new Generation(generation)).json();
  }

  @Override
  public List<String> differences(String listing) {
    return readBack(listing).sentences();
  }

  /** How a ruleset, emitted or listed by the kernel, compares with the blueprint. */
  public ReadBack readBack(String ruleset) {
    try {
      return ReadBack.compare(projection, placement, JSON.readTree(ruleset));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the ruleset is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** A name's addresses are known to the kernel's sets only, so any of them may be permitted. */
  @Override
  public boolean permits(Flow flow) {
    Optional<Host> within = host().filter(h -> stays(h, flow));
    if (within.isPresent()) {
      Verdict verdict = authorizer.decideWithin(within.get(), flow);
      return verdict.permitted() || verdict.decider().equals(Authorizer.OUTSIDE);
    }
    return authorizer.decide(flow).permitted()
        || names().stream().anyMatch(name -> authorizer.decide(named(flow, name)).permitted());
  }

  private static Flow named(Flow flow, String name) {
    return flow.as(Optional.of(name));
  }

  /** The host that this is for, if it tells processes apart. */
  private Optional<Host> host() {
    return placement instanceof Placement.AtHost at && !directory.processes(at.host()).isEmpty()
        ? Optional.of(at.host())
        : Optional.empty();
  }

  /** Linux takes the destination's own address where nothing says from which to send to it. */
  private static boolean stays(Host host, Flow flow) {
    return LOOPBACK.contains(flow.destination())
        || flow.source().equals(flow.destination())
        || host.addresses().contains(flow.source())
            && host.addresses().contains(flow.destination());
  }

  private Set<String> names() {
    Set<String> out = new HashSet<>();
    directory.blueprint().egress().stream()
        .flatMap(r -> r.to().stream())
        .map(Endpoint::place)
        .forEach(
            p -> {
              if (p instanceof Place.OfFqdn name) {
                out.add(name.fqdn());
              }
            });
    return out;
  }

  /** One flow from each place of {@code management:} to each address here that it is to reach. */
  @Override
  public List<Flow> managementPath() {
    Blueprint blueprint = directory.blueprint();
    List<Flow> out = new ArrayList<>();
    if (blueprint.management().isPresent()
        && blueprint.rule(Blueprint.MANAGEMENT_RULE).isPresent()) {
      addresses().forEach(a -> out.addAll(managementPath(blueprint.management().get(), a)));
    }
    return out;
  }

  private List<Address> addresses() {
    return switch (placement) {
      case Placement.AtHost at -> at.host().addresses();
      case Placement.AtRouter at -> List.of();
    };
  }

  private List<Flow> managementPath(Management management, Address to) {
    AddressSet managed =
        directory.blueprint().rule(Blueprint.MANAGEMENT_RULE).orElseThrow().to().stream()
            .map(e -> directory.ruleAddresses(e.place()))
            .reduce(AddressSet.EMPTY, AddressSet::union);
    List<Flow> out = new ArrayList<>();
    for (Endpoint from : management.from()) {
      AddressSet sources =
          directory
              .ruleAddresses(from.place())
              .ofFamily(to.family())
              .minus(AddressSet.ofAddresses(addresses()));
      PortSet ports = management.ports().ofFamily(to.family());
      if (managed.contains(to) && !sources.isEmpty() && !ports.isEmpty()) {
        PortRange port = ports.ranges().getFirst();
        Address source = sources.ranges().getFirst().first();
        out.add(new Flow(source, to, port.protocol(), port.first()));
      }
    }
    return out;
  }

  @Override
  public Map<String, Map<Family, String>> fqdnSets() {
    Set<String> sets = new HashSet<>();
    json(1).findParents("set").forEach(p -> sets.add(p.at("/set/name").asText()));
    Map<String, Map<Family, String>> out = new TreeMap<>();
    for (String name : names()) {
      Map<Family, String> here = new EnumMap<>(Family.class);
      for (Family family : Family.values()) {
        String set = NftablesRenderer.fqdnSet(name, family);
        if (sets.contains(set)) {
          here.put(family, set);
        }
      }
      if (!here.isEmpty()) {
        out.put(name, here);
      }
    }
    return out;
  }

  @Override
  public AddressSet resolvers() {
    return directory.blueprint().resolvers().stream()
        .map(r -> directory.addresses(directory.blueprint().workloads().get(r)))
        .reduce(AddressSet.EMPTY, AddressSet::union);
  }

  @Override
  public AddressSet internet() {
    return directory.internet();
  }

  @Override
  public List<String> leftOpen() {
    List<String> observing =
        directory.blueprint().segments().values().stream()
            .filter(s -> s.mode() == Mode.OBSERVE)
            .map(Segment::name)
            .toList();
    if (observing.isEmpty()) {
      return List.of();
    }
    Optional<Flow> open = readBack(artifact(1)).observed().witness();
    return open
        .map(
            f ->
                "observing "
                    + String.join(", ", observing)
                    + " lets pass what no rule"
                    + " permits, for instance "
                    + f)
        .stream()
        .toList();
  }
}
