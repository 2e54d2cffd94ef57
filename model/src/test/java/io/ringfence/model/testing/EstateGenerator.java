package io.ringfence.model.testing;

import io.ringfence.model.Address;
import io.ringfence.model.Audience;
import io.ringfence.model.Encryption;
import io.ringfence.model.EngineCatalogue;
import io.ringfence.model.Isolation;
import io.ringfence.model.Mode;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.Segment;
import io.ringfence.model.Service;
import io.ringfence.model.Tier;
import io.ringfence.model.Workload;
import io.ringfence.model.WorkloadKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes segments and the workloads in them. */
final class EstateGenerator {
  private static final int SEGMENTS_MAX = 4;
  private static final int WORKLOADS_MAX = 9;
  private static final List<String> ENGINES = List.of("qdrant", "weaviate", "postgresql", "redis");

  private final Draft draft;
  private final Dice dice;

  EstateGenerator(Draft draft) {
    this.draft = draft;
    this.dice = draft.dice;
  }

  void generate() {
    int segments = dice.between(2, SEGMENTS_MAX);
    for (int i = 0; i < segments; i++) {
      Segment segment = segment(i);
      draft.segments.put(segment.name(), segment);
    }
    int workloads = dice.between(3, WORKLOADS_MAX);
    for (int i = 0; i < workloads; i++) {
      Workload workload = workload(i);
      draft.workloads.put(workload.name(), workload);
    }
    if (dice.oneIn(2)) {
      draft.resolvers.add(dice.of(List.copyOf(draft.workloads.keySet())));
    }
  }

  /** Neighbours share an edge: one segment ends where the next begins. */
  private Segment segment(int index) {
    List<Prefix> networks = new ArrayList<>();
    boolean v6 = draft.has(Feature.IPV6) && dice.oneIn(2);
    boolean v4 = !v6 || !dice.oneIn(4);
    if (v4) {
      networks.add(Prefix.parse("10.20." + index / 2 + "." + 128 * (index % 2) + "/25"));
    }
    if (v4 && dice.oneIn(4)) {
      networks.add(Prefix.parse("203.0.113." + 16 * index + "/28"));
    }
    if (v6) {
      networks.add(Prefix.parse("fd00:20:0:" + index + "::/64"));
    }
    boolean physical = draft.has(Feature.PHYSICAL) && dice.oneIn(10);
    return new Segment(
        "zone" + index,
        dice.of(Tier.values()),
        networks,
        physical ? Isolation.PHYSICAL : dice.of(Isolation.VLAN, Isolation.MICRO),
        dice.oneIn(3) ? OptionalInt.of(30 + index) : OptionalInt.empty(),
        OptionalInt.empty(),
        dice.oneIn(6) ? Mode.OBSERVE : Mode.ENFORCE,
        draft.here());
  }

  private Workload workload(int index) {
    Segment segment = dice.of(List.copyOf(draft.segments.values()));
    Optional<String> engine = dice.oneIn(3) ? Optional.of(dice.of(ENGINES)) : Optional.empty();
    Map<String, Service> services = new LinkedHashMap<>();
    engine.ifPresent(e -> services.putAll(EngineCatalogue.engines().get(e).services()));
    if (engine.isEmpty()) {
      services.put("api", service("api"));
    } else if (dice.oneIn(4)) {
      PortSet ports = PortSet.parse("9187/tcp");
      services.put("exporter", new Service("exporter", ports, Audience.ANYONE, Optional.empty()));
    }
    String name = engine.orElse("app") + index;
    return new Workload(
        name,
        segment.name(),
        addresses(segment, dice.between(1, 2)),
        dice.oneIn(8) ? WorkloadKind.BASTION : WorkloadKind.GENERIC,
        index > 0 && dice.oneIn(4) ? Optional.empty() : Optional.of("spiffe://example.org/" + name),
        labels(),
        engine,
        services,
        draft.here());
  }

  private Service service(String name) {
    List<String> ports =
        new ArrayList<>(List.of("8080/tcp", "443/tcp", "5000-5009/udp", "9090-9093/tcp"));
    if (draft.has(Feature.SCTP)) {
      ports.add("3868/sctp");
    }
    Optional<Encryption> encryption =
        dice.oneIn(2) ? Optional.empty() : Optional.of(dice.of(Encryption.values()));
    PortSet set = PortSet.union(dice.list(1, 2, () -> PortSet.parse(dice.of(ports))));
    return new Service(name, set, Audience.ANYONE, encryption);
  }

  private Map<String, String> labels() {
    Map<String, String> out = new LinkedHashMap<>();
    if (!dice.oneIn(3)) {
      out.put("team", dice.of("search", "data"));
    }
    if (dice.oneIn(2)) {
      out.put("tier", dice.of("x", "y", "z"));
    }
    return out;
  }

  private List<Address> addresses(Segment segment, int count) {
    List<Address> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      out.add(Addresses.unclaimed(draft, dice.of(segment.networks())));
    }
    return out;
  }
}
