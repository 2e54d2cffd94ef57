package io.ringfence.gateway.serve;

import io.ringfence.gateway.admin.OperatorRoutes;
import io.ringfence.gateway.audit.AuditLog;
import io.ringfence.gateway.audit.AuditSettings;
import io.ringfence.gateway.audit.LoggedTrail;
import io.ringfence.gateway.audit.RequestIds;
import io.ringfence.gateway.doctor.Clientele;
import io.ringfence.gateway.exchange.Admission;
import io.ringfence.gateway.exchange.Gatekeeper;
import io.ringfence.gateway.identity.Authenticator;
import io.ringfence.gateway.identity.SourceException;
import io.ringfence.gateway.limit.Bodies;
import io.ringfence.gateway.limit.Bounds;
import io.ringfence.gateway.limit.Places;
import io.ringfence.gateway.limit.RequestLimits;
import io.ringfence.gateway.policy.CompiledPolicy;
import io.ringfence.gateway.policy.Generation;
import io.ringfence.gateway.policy.Observations;
import io.ringfence.gateway.session.LiveStreams;
import io.ringfence.gateway.session.SessionDesk;
import io.ringfence.gateway.session.SessionFile;
import io.ringfence.gateway.session.SessionStore;
import io.ringfence.gateway.session.SessionTrail;
import io.ringfence.gateway.session.Sessions;
import io.ringfence.gateway.signal.GatewayMetrics;
import io.ringfence.gateway.telemetry.Collector;
import io.ringfence.gateway.telemetry.Telemetry;
import io.ringfence.gateway.trace.Tracer;
import io.ringfence.gateway.wire.Connections;
import io.ringfence.gateway.wire.ServerTls;
import io.ringfence.gateway.wire.Transport;
import io.ringfence.gateway.wire.WireLimits;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Gateway;
import io.ringfence.model.Tenant;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A running gateway: its doors, and the generation of the blueprint that decides at them.
 *
 * <p>INVARIANT (the last good one serves on): a blueprint that may not be served, or files that
 * cannot be read, change nothing but the status.
 */
public final class GatewayServer implements AutoCloseable {
  private static final Duration WATCH_EVERY = Duration.ofSeconds(1);
  private static final String SESSIONS = "sessions.jsonl";
  private static final Duration POLL = Duration.ofMillis(20);

  private final ServeSettings settings;
  private final PolicySource source;
  private final InstantSource clock;
  private final SocketOpener opener;
  private final Transport transport = Transport.ofThisMachine();
  private final RequestIds ids = RequestIds.random();
  private final List<ServiceDoor> doors = new ArrayList<>();
  private final Identities identities;
  private final GatewayMetrics metrics = new GatewayMetrics();
  private final Thread watcher =
      Thread.ofPlatform().daemon().name("gateway-watch").unstarted(this::watch);

  private Gateway gateway;
  private ServicePlan plan;
  private Connections connections;
  private Optional<ServerTls> tls = Optional.empty();
  private Optional<AuditLog> audit = Optional.empty();
  private volatile Optional<Telemetry> telemetry = Optional.empty();
  private Tracer tracer = Tracer.OFF;
  private Sessions sessions;
  private Rounds rounds;
  private LiveStreams streams;
  private Optional<OperatorDoor> operators = Optional.empty();
  private String mark;
  private final Places seats =
      new Places(Bounds.DEFAULT.connections(), WireLimits.DEFAULT.connectionsMax());
  private volatile WireLimits limits;
  private Duration atStart;
  private Gateway.Limits limited;
  private Admission admission;
  private volatile Generation generation;
  private volatile Observations observed;
  private volatile List<Observations.Observation> toldObserved = List.of();
  private volatile Optional<String> refused = Optional.empty();
  private volatile Optional<String> stale = Optional.empty();
  private volatile boolean closing;

  private GatewayServer(
      ServeSettings settings, PolicySource source, InstantSource clock, SocketOpener opener) {
    this.settings = settings.withNotes(text -> note(settings.notes(), text));
    this.source = source;
    this.clock = clock;
    this.opener = opener;
    this.identities = new Identities(settings.secrets(), clock);
  }

  private void note(Consumer<String> operator, String text) {
    operator.accept(text);
    telemetry.ifPresent(t -> t.log(text));
  }

  /**
   * Starts a gateway; it serves when this returns.
   *
   * @throws PolicyRefusedException when the blueprint may not be served
   * @throws IOException when a file it needs cannot be read, or an address not be listened at
   */
  public static GatewayServer start(
      ServeSettings settings, PolicySource source, InstantSource clock)
      throws PolicyRefusedException, IOException {
    return start(settings, source, clock, SocketOpener.HERE);
  }

  /** The same, with listeners opened elsewhere, as in the namespaces of a lab. */
  public static GatewayServer start(
      ServeSettings settings, PolicySource source, InstantSource clock, SocketOpener opener)
      throws PolicyRefusedException, IOException {
    GatewayServer server = new GatewayServer(settings, source, clock, opener);
    try {
      server.begin();
      return server;
    } catch (PolicyRefusedException | IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /**
   * Says whether a gateway could start, without listening: that its blueprint may be served, and
   * its files are there.
   */
  public static void check(ServeSettings settings, PolicySource source)
      throws PolicyRefusedException, IOException {
    GatewayServer server =
        new GatewayServer(settings, source, InstantSource.system(), SocketOpener.HERE);
    try {
      PolicySource.Proved proved = source.read();
      server.furnish(proved.directory());
      server.collector();
      server.keepSessions(SessionStore.inMemory());
      server.receive(proved, 1);
      if (server.gateway.audit().isPresent()) {
        AuditPlan.of(server.gateway.audit().get(), settings.secrets());
      }
      for (ServiceDoor door : server.doors) {
        door.prepare();
      }
    } finally {
      server.close();
    }
  }

  // --- Starting ---

  private void begin() throws PolicyRefusedException, IOException {
    mark = source.mark();
    PolicySource.Proved proved = source.read();
    furnish(proved.directory());
    audit = openAudit();
    telemetry = openTelemetry();
    keepSessions(openStore());
    receive(proved, 1);
    for (ServiceDoor door : doors) {
      door.prepare();
    }
    doors.forEach(door -> doors.forEach(door::follow));
    rounds = new Rounds(doors.stream().flatMap(d -> d.checkup().stream()).toList(), metrics);
    for (ServiceDoor door : doors) {
      door.open(tls, () -> limits, connections, opener);
    }
    operators = openOperators(proved.directory());
    watcher.start();
    rounds.begin(Clientele.of(proved.directory(), gateway.name()));
  }

  /** Everything that a generation does not change. */
  private void furnish(Directory directory) throws PolicyRefusedException, IOException {
    if (settings.explain()) {
      settings
          .notes()
          .accept(
              "--explain: ANSWERS SAY WHICH RULE DECIDED, TO EVERYBODY WHO ASKS; this is for trying"
                  + " a blueprint, not for production");
    }
    gateway = gateway(directory.blueprint());
    atStart = Bounds.of(gateway.limits()).time();
    plan = ServicePlan.of(directory.blueprint(), gateway, settings);
    limits = WireLimits.DEFAULT.bounds(Bounds.of(gateway.limits()));
    connections =
        new Connections(limits.connectionsMax(), Bodies.ofThisHeap(limits.bodyBytesMax()));
    metrics.gauge(
        "body_bytes",
        "Bytes of requests that are on their way.",
        () -> (int) Math.min(Integer.MAX_VALUE, connections.bodies().taken()));
    metrics.gauge("connections", "Open connections of clients.", connections::count);
    metrics.gauge("answering", "Requests that wait for their answer.", connections::answering);
    metrics.gauge(
        "observing",
        "Rules whose denials pass, for a while; none where everything is enforced.",
        () -> observing().size());
    if (gateway.tls().isPresent()) {
      tls =
          Optional.of(
              new ServerTls(
                  gateway.tls().get(),
                  gateway.identity().mtls(),
                  settings.secrets(),
                  settings.tls12() ? List.of("TLSv1.3", "TLSv1.2") : List.of("TLSv1.3")));
    } else {
      settings.notes().accept("the blueprint gives this gateway no `tls`: it serves in the clear");
    }
  }

  private void keepSessions(SessionStore store) {
    sessions = new Sessions(store, sessionTrail(), clock);
    streams = new LiveStreams(sessions);
    for (ServedService service : plan.services()) {
      doors.add(
          new ServiceDoor(
              service,
              gateway,
              settings.secrets(),
              transport,
              streams,
              connections.bodies(),
              new Tracing(tracer, gateway.name(), service.row().engine()),
              settings.notes()));
    }
  }

  private SessionTrail sessionTrail() {
    SessionTrail told = new SessionNotes(settings.notes());
    return audit.isPresent() ? new AuditedSessions(audit.get(), told) : told;
  }

  /** Revocations and approvals are kept beside the audit log. */
  private SessionStore openStore() throws IOException {
    if (gateway.audit().isEmpty()) {
      settings.notes().accept("without `audit`, what is revoked is so until the gateway stops");
      return SessionStore.inMemory();
    }
    return SessionFile.open(auditFolder().resolve(SESSIONS), clock.instant());
  }

  private Path auditFolder() {
    return settings.secrets().folder().resolve(gateway.audit().orElseThrow().to());
  }

  private Optional<OperatorDoor> openOperators(Directory directory)
      throws PolicyRefusedException, IOException {
    if (gateway.admin().isEmpty()) {
      return Optional.empty();
    }
    OperatorRoutes routes = new OperatorRoutes(new OperatedServer(this, metrics), audit, clock);
    return Optional.of(OperatorDoor.open(gateway, directory, routes, settings, transport, clock));
  }

  private Gateway gateway(Blueprint of) throws PolicyRefusedException {
    Gateway found = of.gateways().get(settings.gateway());
    if (found == null) {
      throw new PolicyRefusedException(
          "there is no gateway `%s`; there are: %s"
              .formatted(settings.gateway(), String.join(", ", of.gateways().keySet())));
    }
    return found;
  }

  private Optional<AuditLog> openAudit() throws PolicyRefusedException, IOException {
    if (gateway.audit().isEmpty()) {
      settings
          .notes()
          .accept("the blueprint gives this gateway no `audit`: decisions are not recorded");
      return Optional.empty();
    }
    AuditSettings audited = AuditPlan.of(gateway.audit().get(), settings.secrets());
    Files.createDirectories(audited.folder());
    return Optional.of(AuditLog.open(audited, clock));
  }

  private Optional<Telemetry> openTelemetry() throws PolicyRefusedException, IOException {
    Optional<Collector> collector = collector();
    if (collector.isEmpty()) {
      return Optional.empty();
    }
    Telemetry out =
        new Telemetry(
            gateway.name(),
            gateway.telemetry().orElseThrow(),
            ids.process(),
            collector.get(),
            metrics,
            clock);
    tracer = out.tracer();
    if (gateway.audit().isPresent()) {
      out.follow(auditFolder(), settings.notes());
    }
    return Optional.of(out);
  }

  private Optional<Collector> collector() throws PolicyRefusedException, IOException {
    if (gateway.telemetry().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        TelemetryPlan.collector(
            gateway.telemetry().get(),
            settings.secrets(),
            identities.destinations(),
            Optional.ofNullable(settings.upstream().get(TelemetryPlan.UPSTREAM))));
  }

  // --- Generations ---

  /** Puts a generation in force at every door. */
  private void receive(PolicySource.Proved proved, long number) throws PolicyRefusedException {
    Generation next = new Generation(number, proved.hash());
    CompiledPolicy policy = new CompiledPolicy(proved.directory(), next);
    Observations nowObserved = Observations.of(proved.directory(), gateway.name(), clock.instant());
    Optional<CompiledPolicy> relaxed =
        nowObserved.none()
            ? Optional.empty()
            : Optional.of(new CompiledPolicy(nowObserved.relaxed(), next));
    Authenticator authenticator = authenticator(proved.directory());
    if (admission == null || !gateway.limits().equals(limited)) {
      limited = gateway.limits();
      Bounds bounds = Bounds.of(limited);
      limits = WireLimits.DEFAULT.bounds(bounds);
      seats.perKey(bounds.connections());
      admission = new RequestLimits(limited, System::nanoTime);
    }
    Map<Address, String> endpoints = endpoints(proved.directory().blueprint());
    Optional<LocalSources> local =
        settings.listen().isEmpty()
            ? Optional.empty()
            : Optional.of(new LocalSources(proved.directory(), gateway.name()));
    // INVARIANT (no approval outlives its policy): the old ones are gone before the new policy
    // decides.
    sessions.turnTo(next, gateway);
    for (ServiceDoor door : doors) {
      ServedService service = door.service();
      door.receive(
          new ServiceReception(
              authenticator,
              sessions,
              policy.tenancy(),
              gatekeeper(service, policy, relaxed, nowObserved),
              admission,
              reporting(service, audit.map(log -> trail(log, service, next))),
              endpoints,
              local,
              door.served(),
              seats,
              settings.explain(),
              clock),
          proved.directory(),
          gateway);
    }
    operators.ifPresent(o -> o.serves(proved.directory(), gateway));
    generation = next;
    observed = nowObserved;
    tellObserved();
    metrics.serves(next);
    streams.recheck();
  }

  private Gatekeeper gatekeeper(
      ServedService service,
      CompiledPolicy policy,
      Optional<CompiledPolicy> relaxed,
      Observations observations) {
    Gatekeeper enforcing = gatekeeper(service, policy);
    return relaxed.isEmpty()
        ? enforcing
        : new ObservingGatekeeper(
            enforcing, gatekeeper(service, relaxed.get()), observations, clock, metrics);
  }

  private PolicyGatekeeper gatekeeper(ServedService service, CompiledPolicy policy) {
    return new PolicyGatekeeper(
        policy, sessions, gateway.name(), service.destination(), service.port());
  }

  /** What is observed now. */
  private List<Observations.Observation> observing() {
    return observed == null ? List.of() : observed.inForce(clock.instant());
  }

  /** Tells what begins to be observed, and what is enforced again. */
  private void tellObserved() {
    List<Observations.Observation> now = observing();
    now.stream()
        .filter(o -> !toldObserved.contains(o))
        .forEach(
            o ->
                settings
                    .notes()
                    .accept(
                        "rule `%s` is observed until %s: what it denies passes, and is recorded"
                            .formatted(o.rule().name(), o.until())));
    toldObserved.stream()
        .filter(o -> !now.contains(o))
        .forEach(o -> settings.notes().accept("rule `%s` is enforced".formatted(o.rule().name())));
    toldObserved = now;
  }

  private Reporting reporting(ServedService service, Optional<LoggedTrail> logged) {
    Reporting out = Reporting.of(service.row().engine(), logged, metrics);
    return service.row() instanceof Engines.Own
        ? out.tracingStatements(tracer, gateway.name())
        : out;
  }

  private Authenticator authenticator(Directory directory) throws PolicyRefusedException {
    try {
      return identities.of(directory, gateway);
    } catch (SourceException e) {
      throw new PolicyRefusedException(e.getMessage(), e);
    }
  }

  private LoggedTrail trail(AuditLog log, ServedService service, Generation of) {
    LoggedTrail.Place place = new LoggedTrail.Place(gateway.name(), service.row().engine(), of);
    return new LoggedTrail(log, place, ids, clock, transport::here);
  }

  private Map<Address, String> endpoints(Blueprint of) {
    Map<Address, String> out = new TreeMap<>();
    for (Tenant tenant : of.tenants().values()) {
      tenant
          .endpoint()
          .filter(e -> e.gateway().equals(gateway.name()))
          .ifPresent(e -> out.put(e.address(), tenant.name()));
    }
    return out;
  }

  /** Reads the blueprint again, and serves it if it may be; true when a new one is in force. */
  public synchronized boolean reload() {
    try {
      PolicySource.Proved proved = source.read();
      if (proved.hash().equals(generation.hash())) {
        refused = Optional.empty();
        return false;
      }
      Blueprint next = proved.directory().blueprint();
      refuseRefurnishing(next);
      take(proved, gateway(next));
      refused = Optional.empty();
      settings.notes().accept("generation %d is in force".formatted(generation.number()));
      return true;
    } catch (PolicyRefusedException | IOException | RuntimeException e) {
      refused = Optional.of(String.valueOf(e.getMessage()));
      metrics.refusedReload();
      settings
          .notes()
          .accept(
              "the blueprint changed and is not served: %s; generation %d serves on"
                  .formatted(e.getMessage(), generation.number()));
      return false;
    }
  }

  /** Puts a generation in force, or leaves all as it was. */
  private void take(PolicySource.Proved proved, Gateway next)
      throws PolicyRefusedException, IOException {
    Runnable takeBackTls = turnTls(next);
    Gateway before = gateway;
    gateway = next;
    Runnable takeBack = rounds.turnTo(Clientele.of(proved.directory(), next.name()));
    try {
      receive(proved, generation.number() + 1);
    } catch (PolicyRefusedException | RuntimeException e) {
      gateway = before;
      takeBack.run();
      takeBackTls.run();
      throw e;
    }
  }

  /** Connections that begin from now on meet the next one's certificates, keys and demand. */
  private Runnable turnTls(Gateway next) throws IOException {
    if (tls.isEmpty()) {
      return () -> {};
    }
    Gateway.Tls files = next.tls().orElseThrow();
    Runnable own = tls.get().turnTo(files, next.identity().mtls());
    try {
      Runnable ofOperators = operators.isPresent() ? operators.get().turnTo(files) : () -> {};
      return () -> {
        ofOperators.run();
        own.run();
      };
    } catch (IOException | RuntimeException e) {
      own.run();
      throw e;
    }
  }

  /** What a reload does not change is named, so that nobody waits for it. */
  private void refuseRefurnishing(Blueprint next) throws PolicyRefusedException {
    Gateway after = gateway(next);
    List<String> changed = new ArrayList<>();
    note(changed, "in-front-of", after.inFrontOf().equals(gateway.inFrontOf()));
    note(changed, "listen", after.listen().equals(gateway.listen()));
    note(changed, "tls or none", after.tls().isPresent() == gateway.tls().isPresent());
    note(changed, "upstream", after.upstream().equals(gateway.upstream()));
    note(changed, "audit", after.audit().equals(gateway.audit()));
    note(changed, "telemetry", after.telemetry().equals(gateway.telemetry()));
    note(changed, "admin", after.admin().equals(gateway.admin()));
    note(changed, "limits: a longer time", !longer(after.limits()));
    if (changed.isEmpty() && !ServicePlan.of(next, after, settings).equals(plan)) {
      changed.add("addresses or services of the gateway and what is behind it");
    }
    if (!changed.isEmpty()) {
      throw new PolicyRefusedException(
          "these changed, and wait for the gateway to be started anew, as all else that changed"
              + " with them does: "
              + String.join("; ", changed));
    }
  }

  private static void note(List<String> changed, String what, boolean same) {
    if (!same) {
      changed.add(what);
    }
  }

  /**
   * The database is waited for as long as at the start; the wire is quicker where that suffices.
   */
  private boolean longer(Gateway.Limits after) {
    return Bounds.of(after).time().compareTo(atStart) > 0;
  }

  // --- Watching ---

  private void watch() {
    while (!closing) {
      try {
        Thread.sleep(WATCH_EVERY);
        look();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        settings.notes().accept("this should not happen: " + e);
      }
    }
  }

  private void look() {
    try {
      String now = source.mark();
      if (!now.equals(mark)) {
        mark = now;
        reload();
      }
    } catch (IOException e) {
      refused = Optional.of(String.valueOf(e.getMessage()));
    }
    tellObserved();
    refresh();
  }

  /** Reads certificates, keys and credentials again. */
  private void refresh() {
    try {
      if (tls.isPresent() && tls.get().refresh()) {
        settings.notes().accept("the gateway's certificate, key or trust bundles are read anew");
      }
      for (ServiceDoor door : doors) {
        door.refresh();
      }
      if (operators.isPresent()) {
        operators.get().refresh();
      }
      tellStale(identities.problems().stream().findFirst());
    } catch (IOException e) {
      tellStale(Optional.of(String.valueOf(e.getMessage())));
    }
  }

  private void tellStale(Optional<String> why) {
    if (why.isPresent() && !why.equals(stale)) {
      settings.notes().accept(why.get() + "; what was read before stays");
    }
    stale = why;
  }

  // --- Status and end ---

  public GatewayStatus status() {
    Map<String, List<InetSocketAddress>> listens = new TreeMap<>();
    doors.forEach(d -> listens.put(d.service().name(), d.sockets()));
    return new GatewayStatus(
        gateway.name(),
        generation,
        refused,
        stale,
        observing(),
        connections.draining(),
        rounds.closed(),
        listens,
        connections.count(),
        connections.answering());
  }

  /** Looks at the databases' own settings now, as it does by itself ever again. */
  public void lookAtDatabases() {
    rounds.look();
  }

  /** How the databases stand by their own settings. */
  Rounds rounds() {
    return rounds;
  }

  /** Where operators come to, besides a socket. */
  public Optional<InetSocketAddress> operators() {
    return operators.flatMap(OperatorDoor::address);
  }

  /** What it counts, for Prometheus. */
  public GatewayMetrics metrics() {
    return metrics;
  }

  /** Takes no more requests, and waits for those that are being answered. */
  public void drain(Duration atMost) {
    doors.forEach(ServiceDoor::close);
    connections.drain();
    long end = System.nanoTime() + atMost.toNanos();
    try {
      while (connections.count() > 0 && connections.answering() > 0 && System.nanoTime() < end) {
        Thread.sleep(POLL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What operators do with sessions. */
  public SessionDesk sessions() {
    return sessions;
  }

  private void closeSessions() {
    if (streams == null) {
      return;
    }
    streams.close();
    try {
      sessions.close();
    } catch (IOException e) {
      settings.notes().accept("the file of sessions cannot be closed: " + e.getMessage());
    }
  }

  private void closeQuietly(OperatorDoor door) {
    try {
      door.close();
    } catch (IOException e) {
      settings.notes().accept("the operators' socket stays behind: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    closing = true;
    watcher.interrupt();
    if (rounds != null) {
      rounds.close();
    }
    doors.forEach(ServiceDoor::close);
    operators.ifPresent(this::closeQuietly);
    if (connections != null) {
      connections.closeAll();
    }
    transport.close();
    identities.close();
    closeSessions();
    closeAudit();
    telemetry.ifPresent(Telemetry::close);
  }

  private void closeAudit() {
    audit.ifPresent(
        log -> {
          try {
            log.close();
          } catch (IOException e) {
            settings.notes().accept("the audit log's end cannot be written: " + e.getMessage());
          }
        });
  }
}
