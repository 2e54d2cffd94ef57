package io.ringfence.language;

import io.ringfence.language.YamlNode.Entry;
import io.ringfence.language.YamlNode.Mapping;
import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.model.Address;
import io.ringfence.model.Audience;
import io.ringfence.model.Encryption;
import io.ringfence.model.Engine;
import io.ringfence.model.EngineCatalogue;
import io.ringfence.model.HostUser;
import io.ringfence.model.PortSet;
import io.ringfence.model.Segment;
import io.ringfence.model.Service;
import io.ringfence.model.Workload;
import io.ringfence.model.WorkloadKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads {@code workloads:}. */
final class WorkloadReader {
  private final Reading reading;
  private final Claims claims;
  private final Map<String, Segment> segments;
  private final Map<String, Scalar> hosts = new LinkedHashMap<>();

  WorkloadReader(Reading reading, Claims claims, Map<String, Segment> segments) {
    this.reading = reading;
    this.claims = claims;
    this.segments = segments;
  }

  Map<String, Workload> read() {
    return reading.named("workloads", this::workload);
  }

  private Optional<Workload> workload(Entry entry, Fields fields) {
    String name = entry.key().text();
    Optional<String> segment =
        fields.scalar("segment").flatMap(s -> reading.names().resolve(Names.Kind.SEGMENT, s));
    Optional<HostUser> process = process(name, fields);
    List<Address> addresses =
        addresses(name, fields.scalars("addresses"), segment.map(segments::get), process);
    Optional<Engine> engine = fields.text("engine").flatMap(EngineCatalogue::find);
    Map<String, Service> services = new ServiceReader(reading, name, engine).read(fields);
    Optional<String> identity = fields.scalar("identity").flatMap(reading.values()::spiffe);
    if (segment.isEmpty() || addresses.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Workload(
            name,
            segment.get(),
            addresses,
            fields
                .text("kind")
                .map(t -> Values.word(WorkloadKind.values(), t))
                .orElse(WorkloadKind.GENERIC),
            identity,
            labels(fields),
            engine.map(Engine::name),
            services,
            process,
            entry.key().at()));
  }

  private Optional<HostUser> process(String name, Fields fields) {
    fields.scalar("host").ifPresent(h -> hosts.put(name, h));
    Optional<Scalar> user = fields.scalar("user");
    if (user.isEmpty()) {
      return Optional.empty();
    }
    boolean gateway = fields.text("kind").filter(WorkloadKind.GATEWAY.text()::equals).isPresent();
    if (gateway) {
      error(user.get(), "gateway " + Said.quote(name) + " has its addresses for itself; drop this");
    } else if (fields.text("host").isEmpty()) {
      error(
          user.get(),
          "a user is a user of some host: say which one workload "
              + Said.quote(name)
              + " runs on, as `host: NAME`");
    }
    return fields
        .text("host")
        .filter(h -> !gateway)
        .map(h -> new HostUser(h, ShapeCheck.number(user.get()).orElseThrow().longValueExact()));
  }

  private void error(Scalar at, String message) {
    reading.problems().error(at.at(), message);
  }

  /** The hosts that workloads name themselves. */
  Map<String, Scalar> hosts() {
    return hosts;
  }

  private List<Address> addresses(
      String name, List<Scalar> scalars, Optional<Segment> segment, Optional<HostUser> process) {
    List<Address> out = new ArrayList<>();
    for (Scalar scalar : scalars) {
      Optional<Address> address = reading.values().address(scalar);
      address.ifPresent(
          a -> claims.address(a, "workload " + Said.quote(name), process, scalar.at()));
      address
          .filter(a -> segment.filter(s -> !holds(s, a)).isPresent())
          .ifPresent(a -> outside(a, scalar, segment.get()));
      address.ifPresent(out::add);
    }
    return out;
  }

  private static boolean holds(Segment segment, Address address) {
    return segment.networks().stream().anyMatch(n -> n.contains(address));
  }

  private void outside(Address address, Scalar scalar, Segment segment) {
    reading
        .problems()
        .error(
            scalar.at(),
            Said.quote(address.toString())
                + " lies outside segment "
                + Said.quote(segment.name())
                + ", whose networks are "
                + Said.list(segment.networks().stream().map(Object::toString).toList()));
  }

  private static Map<String, String> labels(Fields fields) {
    Map<String, String> out = new LinkedHashMap<>();
    for (Entry entry : fields.entries("labels")) {
      if (entry.value().value() instanceof Scalar value) {
        out.put(entry.key().text(), value.text());
      }
    }
    return out;
  }

  /** What a workload listens with: its engine's services, and its own, which go first. */
  private static final class ServiceReader {
    private final Reading reading;
    private final String workload;
    private final Map<String, Service> engine;

    ServiceReader(Reading reading, String workload, Optional<Engine> engine) {
      this.reading = reading;
      this.workload = workload;
      this.engine = engine.map(Engine::services).orElse(Map.of());
    }

    Map<String, Service> read(Fields fields) {
      Map<String, Service> out = new TreeMap<>(engine);
      for (Entry entry : fields.entries("services")) {
        service(entry, fields.refused()).ifPresent(s -> out.put(s.name(), s));
      }
      Map<String, Service> before = new TreeMap<>(out);
      fields.entries("services").forEach(e -> before.remove(e.key().text()));
      for (Entry entry : fields.entries("services")) {
        Service service = out.get(entry.key().text());
        if (service != null) {
          apart(service, before, entry);
          before.put(service.name(), service);
        }
      }
      return out;
    }

    private Optional<Service> service(Entry entry, Refused refused) {
      String name = entry.key().text();
      Optional<Service> known = Optional.ofNullable(engine.get(name));
      Optional<Fields> fields =
          entry.value().value() instanceof Mapping
              ? Fields.of(entry.value(), refused)
              : Optional.empty();
      List<Scalar> written =
          fields.map(f -> f.scalars("ports")).orElseGet(() -> scalars(entry.value(), refused));
      boolean none = fields.filter(f -> !f.has("ports")).isPresent();
      Optional<PortSet> ports = none ? known.map(Service::ports) : reading.values().ports(written);
      if (none && known.isEmpty()) {
        reading
            .problems()
            .error(
                entry.key().at(),
                "service "
                    + Said.quote(name)
                    + " of workload "
                    + Said.quote(workload)
                    + " lacks `ports`");
      }
      Optional<Encryption> encryption =
          fields
              .flatMap(f -> f.text("encryption"))
              .map(t -> Values.word(Encryption.values(), t))
              .or(() -> known.flatMap(Service::encryption));
      Audience audience = known.map(Service::audience).orElse(Audience.ANYONE);
      return ports.map(p -> new Service(name, p, audience, encryption));
    }

    private static List<Scalar> scalars(YamlNode node, Refused refused) {
      return (node.value() instanceof YamlNode.Sequence s ? s.items() : List.of(node))
          .stream()
              .filter(n -> !refused.contains(n))
              .map(YamlNode::value)
              .filter(Scalar.class::isInstance)
              .map(Scalar.class::cast)
              .toList();
    }

    private void apart(Service service, Map<String, Service> before, Entry entry) {
      if (!BareIcmp.in(service.ports()).isEmpty()) {
        reading.problems().error(entry.value().at(), BareIcmp.message());
      }
      for (Service other : before.values()) {
        if (!other.ports().intersect(service.ports()).isEmpty()) {
          reading
              .problems()
              .error(
                  entry.value().at(),
                  Said.quote(service.ports().intersect(other.ports()).toString())
                      + " of service "
                      + Said.quote(service.name())
                      + " is service "
                      + Said.quote(other.name())
                      + " of workload "
                      + Said.quote(workload)
                      + " already");
        }
      }
    }
  }
}
