package io.ringfence.language;

import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Endpoint;
import io.ringfence.model.EngineCatalogue;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Reads endpoints, and says what does not fit where one stands. */
final class EndpointReader {
  /** Where an endpoint stands, and what may be said there. */
  enum Use {
    /** Who opens the flow of an access rule. */
    ACCESS_FROM(Ports.NONE, false, true, false),
    ACCESS_TO(Ports.NEEDED, false, false, false),
    EGRESS_FROM(Ports.NONE, false, false, false),
    EGRESS_TO(Ports.NEEDED, true, false, false),
    MANAGEMENT_FROM(Ports.NONE, false, false, false),
    /** A guardrail's end that has no ports. */
    GUARDRAIL_PLACE(Ports.NONE, false, false, true),
    GUARDRAIL_TO(Ports.TAKEN, false, false, true),
    TEST_FROM(Ports.NONE, false, false, false),
    TEST_TO(Ports.NONE, true, false, false);

    private final Ports ports;
    private final boolean fqdn;
    private final boolean tenant;
    private final boolean allIcmp;

    Use(Ports ports, boolean fqdn, boolean tenant, boolean allIcmp) {
      this.ports = ports;
      this.fqdn = fqdn;
      this.tenant = tenant;
      this.allIcmp = allIcmp;
    }

    private enum Ports {
      NONE,
      TAKEN,
      NEEDED
    }
  }

  private final Reading reading;
  private final Map<String, Workload> workloads;

  EndpointReader(Reading reading, Map<String, Workload> workloads) {
    this.reading = reading;
    this.workloads = workloads;
  }

  /** All endpoints below a key; those that cannot be read are reported and left out. */
  List<Endpoint> all(Fields fields, String key, Use use) {
    return fields.items(key).stream().flatMap(n -> read(n, use).stream()).toList();
  }

  /** The endpoints of a node; several only where a tenant's members send from several places. */
  List<Endpoint> read(YamlNode node, Use use) {
    if (node.value() instanceof Scalar text) {
      return target(text, use).stream().toList();
    }
    Optional<Fields> fields = Fields.of(node, reading.refused());
    if (fields.isEmpty()) {
      return List.of();
    }
    return fields.get().has("tenant") ? members(fields.get(), use) : place(fields.get(), use);
  }

  private Optional<Endpoint> target(Scalar text, Use use) {
    int slash = text.text().indexOf('/');
    String name = slash < 0 ? text.text() : text.text().substring(0, slash);
    Optional<Place> place = named(name, text);
    if (place.isEmpty()) {
      return Optional.empty();
    }
    Endpoint.Ports ports = new Endpoint.Ports.Any();
    if (slash >= 0) {
      String service = text.text().substring(slash + 1);
      if (!service(place.get(), service, text)) {
        return Optional.empty();
      }
      ports = new Endpoint.Ports.OfService(service);
    }
    return fits(new Endpoint(place.get(), ports, text.at()), use);
  }

  /** A workload, segment or {@code internet} by name. */
  private Optional<Place> named(String name, Scalar at) {
    if (name.equals(Blueprint.INTERNET)) {
      return Optional.of(new Place.Internet());
    }
    if (reading.names().has(Names.Kind.WORKLOAD, name)) {
      return Optional.of(new Place.OfWorkload(name));
    }
    if (reading.names().has(Names.Kind.SEGMENT, name)) {
      return Optional.of(new Place.OfSegment(name));
    }
    String hint = isPrefix(at.text()) ? " (for addresses write { cidr: " + at.text() + " })" : "";
    error(at.at(), Said.undeclared("workload or segment", name, reading.names().places()) + hint);
    return Optional.empty();
  }

  private static boolean isPrefix(String text) {
    try {
      return Prefix.parse(text) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** True when some workload of the place has the service; else that is reported. */
  private boolean service(Place place, String service, Scalar at) {
    List<Workload> servers = workloadsOf(place);
    if (servers.stream().anyMatch(w -> w.services().containsKey(service))) {
      return true;
    }
    boolean broken = place instanceof Place.OfWorkload w && !workloads.containsKey(w.workload());
    if (!broken && servers.stream().noneMatch(w -> shared(w, service, at))) {
      TreeSet<String> known = new TreeSet<>();
      servers.forEach(w -> known.addAll(w.services().keySet()));
      String instead =
          known.isEmpty()
              ? "it has none; write "
                  + written(place)
                  + (place instanceof Place.OfWorkload ? ", or give it `engine` or `services`" : "")
              : Said.instead(service, "known", known);
      error(
          at.at(),
          Said.quote(place.text()) + " has no service " + Said.quote(service) + "; " + instead);
    }
    return false;
  }

  /** A role of the engine that has no port of its own is no service. */
  private boolean shared(Workload workload, String role, Scalar at) {
    Optional<String> message =
        workload
            .engine()
            .flatMap(EngineCatalogue::find)
            .flatMap(e -> SharedRole.message(e, role, workload.name()));
    message.ifPresent(m -> error(at.at(), m));
    return message.isPresent();
  }

  private List<Workload> workloadsOf(Place place) {
    return switch (place) {
      case Place.OfWorkload p -> Optional.ofNullable(workloads.get(p.workload())).stream().toList();
      case Place.OfSegment p ->
          workloads.values().stream().filter(w -> w.segment().equals(p.segment())).toList();
      case Place.OfSelector p ->
          workloads.values().stream().filter(w -> p.selector().matches(w.labels())).toList();
      case Place.OfTenant p -> workloadsOf(p.at());
      case Place.OfPrefix p -> List.of();
      case Place.OfFqdn p -> List.of();
      case Place.Internet p -> List.of();
    };
  }

  private List<Endpoint> members(Fields fields, Use use) {
    Optional<String> tenant =
        fields.scalar("tenant").flatMap(s -> reading.names().resolve(Names.Kind.TENANT, s));
    List<Endpoint> out = new ArrayList<>();
    for (YamlNode node : fields.items("at")) {
      for (Place place : placeOf(node)) {
        tenant.ifPresent(
            t -> out.add(endpoint(new Place.OfTenant(t, place), new Endpoint.Ports.Any(), fields)));
      }
    }
    if (!use.tenant) {
      error(fields.at(), "{ tenant:, at: } stands only in `from` of an access rule");
      return List.of();
    }
    return out;
  }

  private static Endpoint endpoint(Place place, Endpoint.Ports ports, Fields fields) {
    return new Endpoint(place, ports, fields.at());
  }

  private List<Place> placeOf(YamlNode node) {
    return node instanceof Scalar s
        ? named(s.text(), s).stream().toList()
        : Fields.of(node, reading.refused()).flatMap(this::placeOf).stream().toList();
  }

  private List<Endpoint> place(Fields fields, Use use) {
    Optional<Place> place = placeOf(fields);
    Endpoint.Ports ports = new Endpoint.Ports.Any();
    if (fields.has("ports")) {
      Optional<PortSet> written = reading.values().ports(fields.scalars("ports"));
      if (written.isEmpty()) {
        return List.of();
      }
      ports = new Endpoint.Ports.Explicit(written.get());
    }
    Endpoint.Ports meant = ports;
    return place.flatMap(p -> fits(endpoint(p, meant, fields), use)).stream().toList();
  }

  private Optional<Place> placeOf(Fields fields) {
    return fields
        .scalar("workload")
        .flatMap(s -> reading.names().resolve(Names.Kind.WORKLOAD, s))
        .map(w -> (Place) new Place.OfWorkload(w))
        .or(() -> fields.scalar("segment").flatMap(this::segment))
        .or(
            () ->
                fields
                    .fields("select")
                    .flatMap(s -> new SelectorReader(reading).read(s))
                    .map(Place.OfSelector::new))
        .or(() -> fields.scalar("cidr").flatMap(reading.values()::prefix).map(Place.OfPrefix::new))
        .or(() -> fields.scalar("fqdn").flatMap(reading.values()::fqdn).map(Place.OfFqdn::new));
  }

  private Optional<Place> segment(Scalar name) {
    return name.text().equals(Blueprint.INTERNET)
        ? Optional.of(new Place.Internet())
        : reading.names().resolve(Names.Kind.SEGMENT, name).map(Place.OfSegment::new);
  }

  /** The endpoint, if it may stand there; else that is reported. */
  private Optional<Endpoint> fits(Endpoint endpoint, Use use) {
    int before = reading.problems().errors();
    boolean none = endpoint.ports() instanceof Endpoint.Ports.Any;
    if (use.ports == Use.Ports.NONE && !none) {
      error(
          endpoint.at(),
          "ports stand at the end a flow goes to; here "
              + Said.quote(endpoint.place().text())
              + " takes none");
    }
    if (use.ports == Use.Ports.NEEDED && none) {
      error(endpoint.at(), noPorts(endpoint.place()));
    }
    if (endpoint.place() instanceof Place.OfFqdn && !use.fqdn) {
      error(endpoint.at(), "an fqdn stands only in `to` of an egress rule or of a test");
    }
    if (endpoint.ports() instanceof Endpoint.Ports.Explicit p
        && !use.allIcmp
        && !BareIcmp.in(p.ports()).isEmpty()) {
      error(endpoint.at(), BareIcmp.message());
    }
    return reading.problems().errors() == before ? Optional.of(endpoint) : Optional.empty();
  }

  private String noPorts(Place place) {
    List<String> services =
        workloadsOf(place).stream()
            .flatMap(w -> w.services().keySet().stream())
            .distinct()
            .toList();
    String service =
        services.isEmpty() || place instanceof Place.OfSelector
            ? ""
            : " " + Said.quote(place.text() + "/" + services.getFirst()) + " or";
    String subject = place instanceof Place.OfSelector ? "`select`" : Said.quote(place.text());
    return subject + " names no service or ports; write" + service + " " + written(place);
  }

  private static String written(Place place) {
    String key =
        switch (place) {
          case Place.OfWorkload p -> "workload: " + p.workload();
          case Place.OfSegment p -> "segment: " + p.segment();
          case Place.OfSelector p -> "select: ...";
          case Place.OfPrefix p -> "cidr: " + p.prefix();
          case Place.OfFqdn p -> "fqdn: " + p.fqdn();
          case Place.OfTenant p -> "tenant: " + p.tenant();
          case Place.Internet p -> "segment: internet";
        };
    return "{ " + key + ", ports: [443/tcp] }";
  }

  private void error(SourceLocation at, String message) {
    reading.problems().error(at, message);
  }
}
