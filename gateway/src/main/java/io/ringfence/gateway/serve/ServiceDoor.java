package io.ringfence.gateway.serve;

import io.ringfence.gateway.doctor.Visit;
import io.ringfence.gateway.engine.Protocol;
import io.ringfence.gateway.engine.StreamingProtocol;
import io.ringfence.gateway.exchange.Database;
import io.ringfence.gateway.limit.Bodies;
import io.ringfence.gateway.limit.Bounds;
import io.ringfence.gateway.request.GrpcAnswer;
import io.ringfence.gateway.request.GrpcCall;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.secret.Secrets;
import io.ringfence.gateway.session.LiveStreams;
import io.ringfence.gateway.wire.Connections;
import io.ringfence.gateway.wire.GrpcUpstream;
import io.ringfence.gateway.wire.HttpUpstream;
import io.ringfence.gateway.wire.Listener;
import io.ringfence.gateway.wire.Reception;
import io.ringfence.gateway.wire.ServerTls;
import io.ringfence.gateway.wire.SessionProtocol;
import io.ringfence.gateway.wire.StreamAnswerer;
import io.ringfence.gateway.wire.Transport;
import io.ringfence.gateway.wire.Upstream;
import io.ringfence.gateway.wire.UpstreamTls;
import io.ringfence.gateway.wire.WireLimits;
import io.ringfence.model.Directory;
import io.ringfence.model.Gateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One service of one database, being served: its listeners, its upstream, and the reception of the
 * generation in force.
 */
final class ServiceDoor implements AutoCloseable {
  /** Nobody says how they log in to a database that needs no login. */
  private static final Gateway.Upstream PLAIN =
      new Gateway.Upstream(false, Optional.empty(), Optional.empty(), Optional.empty(), Map.of());

  /** How long a look at the database waits for each answer. */
  private static final Duration VISIT_TIME = Duration.ofSeconds(5);

  private static final int VISIT_WAITING = 4;

  private final ServedService service;
  private final Gateway.Upstream upstream;
  private final Bodies bodies;
  private volatile Bounds bounds;
  private final Secrets secrets;
  private final Transport transport;
  private final LiveStreams streams;
  private final Tracing tracing;
  private final Consumer<String> notes;
  private final List<Listener> listeners = new ArrayList<>();
  private final List<Refreshed> refreshed = new ArrayList<>();
  private final DatabaseEgress egress;
  private volatile Optional<Checkup> checkup = Optional.empty();
  private volatile Optional<Checkup> followed = Optional.empty();
  private Listener.Speech speech;
  private volatile Reception reception;

  /** Something that is read anew from files. */
  @FunctionalInterface
  private interface Refreshed {
    void refresh() throws IOException;
  }

  ServiceDoor(
      ServedService service,
      Gateway gateway,
      Secrets secrets,
      Transport transport,
      LiveStreams streams,
      Bodies bodies,
      Tracing tracing,
      Consumer<String> notes) {
    this.bodies = bodies;
    this.tracing = tracing;
    this.notes = notes;
    this.service = service;
    this.egress = new DatabaseEgress(service.workload(), InetAddress::getAllByName);
    this.upstream = gateway.upstream().getOrDefault(service.workload(), PLAIN);
    this.bounds = Bounds.of(gateway.limits());
    this.secrets = secrets;
    this.transport = transport;
    this.streams = streams;
  }

  ServedService service() {
    return service;
  }

  /** Has what comes from now on decided by another generation. */
  void receive(Reception now, Directory directory, Gateway gateway) {
    egress.turnTo(directory, gateway);
    bounds = Bounds.of(gateway.limits());
    reception = now;
  }

  /** Reads what it needs from files. */
  void prepare() throws IOException, PolicyRefusedException {
    speech = speech();
  }

  /** Listens; it is prepared, and a reception is there. */
  void open(
      Optional<ServerTls> tls,
      Supplier<WireLimits> limits,
      Connections connections,
      SocketOpener opener)
      throws IOException {
    for (InetSocketAddress socket : service.sockets()) {
      listeners.add(
          opener.at(
              socket, () -> Listener.open(transport, socket, speech, tls, limits, connections)));
    }
  }

  private Listener.Speech speech() throws IOException, PolicyRefusedException {
    return switch (service.row()) {
      case Engines.Http row -> {
        Upstream database = database(row.logins(), Optional.empty());
        Visit visit = visit(database);
        checkup =
            Optional.of(
                new Checkup(service.name(), c -> row.examiner().examine(visit, c), false, notes));
        yield new Listener.Speech.Http(
            answering(row.protocol().apply(egress), new HttpUpstream(transport, database)));
      }
      case Engines.Grpc row ->
          grpc(
              row.protocol().apply(egress),
              new GrpcUpstream(transport, database(row.logins(), Optional.of("h2"))));
      case Engines.Own row -> {
        SessionProtocol.Place place =
            new SessionProtocol.Place(
                transport,
                () -> reception,
                streams,
                upstream,
                service.database(),
                secrets,
                () -> bounds,
                bodies,
                notes);
        checkup =
            Optional.of(
                new Checkup(service.name(), c -> row.protocol().examine(place, c), true, notes));
        yield new Listener.Speech.Own(row.protocol().at(place));
      }
    };
  }

  private Listener.Speech grpc(Protocol<GrpcCall, GrpcAnswer> protocol, GrpcUpstream database) {
    Optional<StreamAnswerer> streaming =
        protocol instanceof StreamingProtocol some
            ? Optional.of(new StreamAnswering(some, database, () -> reception, streams, tracing))
            : Optional.empty();
    return new Listener.Speech.Grpc(answering(protocol, database), streaming);
  }

  /** How the database stands by its own settings, where it is asked; once it is prepared. */
  Optional<Checkup> checkup() {
    return checkup;
  }

  /** Serves nobody while another service of its database does not. */
  void follow(ServiceDoor other) {
    if (checkup.isEmpty() && other.service.workload().equals(service.workload())) {
      followed = other.checkup;
    }
  }

  /** A look at it, as the gateway logs in and as a stranger to it. */
  private Visit visit(Upstream database) {
    Set<String> shown = upstream.credentials().keySet();
    boolean byTls = shown.stream().anyMatch(UpstreamLogin.OF_TLS::contains);
    boolean byHeader = shown.stream().anyMatch(c -> !UpstreamLogin.OF_TLS.contains(c));
    HttpUpstream known = visitor(database, database.credentials());
    HttpUpstream stranger = visitor(database, Map::of);
    // The certificate is shown on every connection, so that there nobody can be a stranger.
    return new Visit(
        path -> get(known, path),
        path -> byTls ? new HttpAnswer(401, Optional.empty(), new byte[0]) : get(stranger, path),
        byHeader);
  }

  /** The database's log tells its questions from callers'. */
  private HttpUpstream visitor(Upstream database, Supplier<Map<String, String>> credentials) {
    Supplier<Map<String, String>> headers =
        () -> {
          Map<String, String> out = new TreeMap<>(credentials.get());
          out.put("user-agent", Visit.USER_AGENT);
          return out;
        };
    return new HttpUpstream(transport, database.credentials(headers).connections(1, VISIT_WAITING));
  }

  private static HttpAnswer get(HttpUpstream database, String path) throws IOException {
    List<String> segments = Arrays.stream(path.split("/")).filter(s -> !s.isEmpty()).toList();
    HttpCall call = new HttpCall("GET", segments, Map.of(), Optional.empty(), new byte[0]);
    try {
      return database
          .ask(call)
          .toCompletableFuture()
          .get(VISIT_TIME.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new IOException("it did not answer within " + VISIT_TIME.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void requireServed() throws RefusedException {
    if (checkup.isPresent()) {
      checkup.get().requireServed();
    }
    if (followed.isPresent()) {
      followed.get().requireServed();
    }
  }

  ServiceReception.Served served() {
    return this::requireServed;
  }

  private <C, A> Answering<C, A> answering(Protocol<C, A> protocol, Database<C, A> database) {
    return new Answering<>(protocol, database, () -> reception, streams, tracing);
  }

  private Upstream database(
      Map<String, Function<String, Engines.Header>> logins, Optional<String> alpn)
      throws IOException, PolicyRefusedException {
    UpstreamLogin login = new UpstreamLogin(service.workload(), upstream, logins, secrets);
    refreshed.add(login::refresh);
    Optional<UpstreamTls> tls = Optional.empty();
    if (upstream.tls()) {
      UpstreamTls made = new UpstreamTls(upstream, service.destination().toString(), secrets, alpn);
      refreshed.add(made::refresh);
      tls = Optional.of(made);
    }
    return Upstream.of(service.database(), tls, login).answerTime(bounds.time());
  }

  /** Reads what is in files again; what cannot be read stays as it was. */
  void refresh() throws IOException {
    egress.check();
    for (Refreshed each : refreshed) {
      each.refresh();
    }
  }

  List<InetSocketAddress> sockets() {
    return listeners.stream().map(Listener::socket).toList();
  }

  /** Takes no more connections. */
  @Override
  public void close() {
    listeners.forEach(Listener::close);
  }
}
