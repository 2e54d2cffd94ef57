package io.ringfence.language;

import io.ringfence.language.YamlNode.Entry;
import io.ringfence.language.YamlNode.Kind;
import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.model.Address;
import io.ringfence.model.Gateway;
import io.ringfence.model.Secret;
import io.ringfence.model.Workload;
import io.ringfence.model.WorkloadKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads {@code gateways:}. */
final class GatewayReader {
  private final Reading reading;
  private final Map<String, Workload> workloads;
  private final Map<String, List<Address>> endpoints;

  /**
   * @param endpoints the tenants' private endpoints, by the gateway that listens there
   */
  GatewayReader(
      Reading reading, Map<String, Workload> workloads, Map<String, List<Address>> endpoints) {
    this.reading = reading;
    this.workloads = workloads;
    this.endpoints = endpoints;
  }

  Map<String, Gateway> read() {
    return reading.named("gateways", this::gateway);
  }

  private Optional<Gateway> gateway(Entry entry, Fields fields) {
    String name = entry.key().text();
    ownWorkload(entry.key());
    List<String> behind = inFrontOf(fields);
    return Optional.of(
        new Gateway(
            name,
            behind,
            listen(name, fields, behind),
            fields.fields("tls").flatMap(this::tls),
            upstream(fields, behind),
            fields.fields("identity").map(this::identity).orElse(Gateway.Identity.NONE),
            sessions(fields),
            fields.fields("limits").map(this::limits).orElse(Gateway.Limits.NONE),
            fields.fields("audit").flatMap(GatewayReader::audit),
            fields.fields("admin").map(this::admin),
            secret(fields, "api-keys"),
            approvers(fields),
            fields.fields("telemetry").flatMap(this::telemetry),
            entry.key().at()));
  }

  private void ownWorkload(Scalar name) {
    reading.names().resolve(Names.Kind.WORKLOAD, name);
    Optional.ofNullable(workloads.get(name.text()))
        .filter(w -> w.kind() != WorkloadKind.GATEWAY)
        .ifPresent(
            w ->
                reading
                    .problems()
                    .error(
                        name.at(),
                        "workload "
                            + Said.quote(w.name())
                            + " is no gateway; write `kind: gateway` at "
                            + w.at()));
  }

  /** A gateway stands in front of databases only, so that no chain of gateways can close. */
  private List<String> inFrontOf(Fields fields) {
    List<Scalar> names = fields.scalars("in-front-of");
    for (Scalar name : names) {
      Workload workload = workloads.get(name.text());
      if (reading.names().has(Names.Kind.GATEWAY, name.text())) {
        reading
            .problems()
            .error(
                name.at(),
                Said.quote(name.text()) + " is a gateway; a gateway stands in front of databases");
      } else if (workload != null && workload.services().isEmpty()) {
        reading
            .problems()
            .error(
                name.at(),
                "workload "
                    + Said.quote(name.text())
                    + " has no services to stand in front of; give it `engine` or `services`");
      }
    }
    return reading.names().resolveAll(Names.Kind.WORKLOAD, names);
  }

  private Map<String, Gateway.SocketBinding> listen(
      String gateway, Fields fields, List<String> behind) {
    Map<String, Gateway.SocketBinding> out = new LinkedHashMap<>();
    Map<Gateway.SocketBinding, String> taken = new HashMap<>();
    Set<String> services = new TreeSet<>();
    behind.stream()
        .flatMap(b -> Optional.ofNullable(workloads.get(b)).stream())
        .forEach(
            w ->
                w.services()
                    .keySet()
                    .forEach(s -> services.addAll(List.of(s, w.name() + "/" + s))));
    for (Entry entry : fields.entries("listen")) {
      String service = entry.key().text();
      if (!services.contains(service) && !services.isEmpty()) {
        reading
            .problems()
            .error(
                entry.key().at(),
                "nothing behind the gateway has a service "
                    + Said.quote(service)
                    + "; "
                    + Said.instead(service, "known", alike(service, services)));
      }
      if (entry.value().value() instanceof Scalar s) {
        reading.values().socket(s).ifPresent(b -> bind(service, b, s, gateway, taken, out));
      }
    }
    return out;
  }

  /** Those of its form: alone, or of one workload. */
  private static Set<String> alike(String service, Set<String> all) {
    boolean whole = service.contains("/");
    return all.stream()
        .filter(s -> s.contains("/") == whole)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void bind(
      String service,
      Gateway.SocketBinding binding,
      Scalar at,
      String gateway,
      Map<Gateway.SocketBinding, String> taken,
      Map<String, Gateway.SocketBinding> out) {
    Set<Address> own = new java.util.HashSet<>(endpoints.getOrDefault(gateway, List.of()));
    Optional<Workload> workload = Optional.ofNullable(workloads.get(gateway));
    workload.ifPresent(w -> own.addAll(w.addresses()));
    if (workload.isPresent() && !own.contains(binding.address())) {
      List<String> addresses = own.stream().sorted().map(Address::toString).toList();
      reading
          .problems()
          .error(
              at.at(),
              Said.quote(binding.address().toString())
                  + " is no address of gateway "
                  + Said.quote(gateway)
                  + "; it has "
                  + Said.list(addresses));
    }
    String first = taken.putIfAbsent(binding, service);
    if (first != null) {
      reading
          .problems()
          .error(
              at.at(),
              Said.quote(at.text()) + " is where it listens for " + Said.quote(first) + " already");
    }
    out.put(service, binding);
  }

  private Optional<Secret> secret(Fields fields, String key) {
    return fields.fields(key).map(Values::secret);
  }

  private Map<String, Secret> secrets(Fields fields, String key) {
    Map<String, Secret> out = new LinkedHashMap<>();
    for (Entry entry : fields.entries(key)) {
      Fields.of(entry.value(), fields.refused())
          .ifPresent(f -> out.put(entry.key().text(), Values.secret(f)));
    }
    return out;
  }

  private Optional<Gateway.Tls> tls(Fields fields) {
    Optional<Secret> certificate = secret(fields, "certificate");
    Optional<Secret> key = secret(fields, "key");
    return certificate.isPresent() && key.isPresent()
        ? Optional.of(new Gateway.Tls(certificate.get(), key.get(), secrets(fields, "trust")))
        : Optional.empty();
  }

  private Map<String, Gateway.Upstream> upstream(Fields fields, List<String> behind) {
    Map<String, Gateway.Upstream> out = new LinkedHashMap<>();
    for (Entry entry : fields.entries("upstream")) {
      String name = entry.key().text();
      if (!behind.contains(name)) {
        reading
            .problems()
            .error(
                entry.key().at(),
                Said.quote(name)
                    + " is not behind this gateway; "
                    + Said.instead(name, "behind it", behind));
      }
      Fields.of(entry.value(), fields.refused()).ifPresent(f -> out.put(name, upstream(f)));
    }
    return out;
  }

  private Gateway.Upstream upstream(Fields fields) {
    Optional<YamlNode> tls = fields.node("tls");
    Optional<Fields> details = fields.fields("tls");
    boolean plain =
        tls.isEmpty() || (tls.get() instanceof Scalar s && s.text().equalsIgnoreCase("false"));
    Optional<String> spiffe =
        details.flatMap(d -> d.scalar("spiffe")).flatMap(reading.values()::spiffe);
    return new Gateway.Upstream(
        !plain,
        details.flatMap(d -> d.text("san")),
        spiffe,
        details.flatMap(d -> secret(d, "trust")),
        secrets(fields, "credentials"),
        fields.text("inference"));
  }

  private Gateway.Identity identity(Fields fields) {
    return new Gateway.Identity(
        fields
            .text("mtls")
            .map(t -> Values.word(Gateway.Demand.values(), t))
            .orElse(Gateway.Demand.OFF),
        fields.fields("jwt").flatMap(this::jwt),
        fields.fields("posture").map(p -> posture(p, fields)));
  }

  private Gateway.Posture posture(Fields fields, Fields identity) {
    if (identity.fields("jwt").isEmpty()) {
      fields
          .scalar("claim")
          .ifPresent(
              c ->
                  reading
                      .problems()
                      .error(
                          c.at(),
                          "claim "
                              + Said.quote(c.text())
                              + " is of nobody's tokens; say in `jwt` whose count"));
    }
    if (fields.scalar("claim").isEmpty() && fields.scalar("file").isEmpty()) {
      fields
          .scalar("max-age")
          .ifPresent(
              m ->
                  reading
                      .problems()
                      .error(m.at(), "no `file` tells when a device was seen; name it"));
    }
    return new Gateway.Posture(
        fields.text("claim"),
        fields.text("file"),
        fields.text("max-age").map(Values::duration).orElse(Gateway.Posture.MAX_AGE_DEFAULT));
  }

  private Optional<Gateway.Jwt> jwt(Fields fields) {
    Optional<String> issuer = fields.text("issuer");
    Optional<String> audience = fields.text("audience");
    Optional<Gateway.Jwks> keys = fields.fields("jwks").flatMap(GatewayReader::jwks);
    Optional<Scalar> discovery = fields.scalar("discovery").filter(s -> s.kind() == Kind.FLAG);
    discovery
        .filter(s -> !s.text().equalsIgnoreCase("true"))
        .ifPresent(
            s ->
                reading
                    .problems()
                    .error(
                        s.at(), "without discovery the keys stand in `jwks`; write that instead"));
    keys = keys.or(() -> discovery.map(d -> new Gateway.Jwks.Discovered()));
    return issuer.isPresent() && audience.isPresent() && keys.isPresent()
        ? Optional.of(new Gateway.Jwt(issuer.get(), audience.get(), keys.get()))
        : Optional.empty();
  }

  private static Optional<Gateway.Jwks> jwks(Fields fields) {
    return fields
        .text("file")
        .map(f -> (Gateway.Jwks) new Gateway.Jwks.OfFile(f))
        .or(() -> fields.text("url").map(Gateway.Jwks.OfUrl::new));
  }

  private Gateway.Sessions sessions(Fields gateway) {
    Optional<Fields> fields = gateway.fields("sessions");
    Optional<Scalar> recheck = fields.flatMap(f -> f.scalar("recheck"));
    Gateway.Sessions sessions =
        new Gateway.Sessions(
            fields
                .flatMap(f -> f.text("max"))
                .map(Values::duration)
                .orElse(Gateway.Sessions.DEFAULT.max()),
            recheck.map(s -> Values.duration(s.text())).orElse(Gateway.Sessions.DEFAULT.recheck()));
    if (recheck.isPresent() && sessions.recheck().compareTo(sessions.max()) > 0) {
      reading
          .problems()
          .error(
              recheck.get().at(),
              "`recheck` is longer than a session lasts, so that none would be rechecked");
    }
    return sessions;
  }

  private Gateway.Limits limits(Fields fields) {
    List<Gateway.Rate> rates = new ArrayList<>();
    fields.scalars("requests").forEach(s -> rates.add(Values.rate(s.text())));
    return new Gateway.Limits(
        rates,
        fields.scalar("top-k").map(Values::whole),
        fields.text("body").map(Values::size),
        fields.scalar("depth").map(Values::whole),
        fields.scalar("batch").map(Values::whole),
        fields.text("time").map(Values::duration),
        fields.scalar("connections").map(Values::whole),
        fields.scalar("streams").map(Values::whole));
  }

  private static Optional<Gateway.Audit> audit(Fields fields) {
    return fields
        .text("to")
        .map(
            to ->
                new Gateway.Audit(
                    to, fields.fields("key").map(Values::secret), fields.text("checkpoints")));
  }

  private Gateway.Admin admin(Fields fields) {
    return new Gateway.Admin(
        fields.text("socket"), fields.scalar("listen").flatMap(reading.values()::socket));
  }

  private Optional<Gateway.Telemetry> telemetry(Fields fields) {
    Set<Gateway.Telemetry.Signal> send = new TreeSet<>();
    fields
        .scalars("send")
        .forEach(s -> send.add(Values.word(Gateway.Telemetry.Signal.values(), s.text())));
    return fields
        .text("otlp")
        .map(
            otlp ->
                new Gateway.Telemetry(
                    otlp,
                    send.isEmpty() ? Set.of(Gateway.Telemetry.Signal.values()) : send,
                    fields
                        .text("traces")
                        .map(Values::permille)
                        .orElse(Gateway.Telemetry.TRACES_DEFAULT),
                    secret(fields, "trust"),
                    secrets(fields, "headers")));
  }

  private List<String> approvers(Fields fields) {
    List<String> out = new ArrayList<>();
    fields.scalars("approvers").forEach(s -> reading.values().spiffe(s).ifPresent(out::add));
    return out;
  }
}
