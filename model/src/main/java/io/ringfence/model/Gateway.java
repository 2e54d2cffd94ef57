package io.ringfence.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The operation-layer enforcement point in front of databases.
 *
 * @param name also the name of its workload, of kind gateway
 * @param inFrontOf the workloads whose services are reached through it
 * @param listen where it listens for a service, when not at its own address and the service's port:
 *     by {@code SERVICE}, or for one workload's alone by {@code WORKLOAD/SERVICE}
 * @param admin the operator's listener
 */
public record Gateway(
    String name,
    List<String> inFrontOf,
    Map<String, SocketBinding> listen,
    Optional<Tls> tls,
    Map<String, Upstream> upstream,
    Identity identity,
    Sessions sessions,
    Limits limits,
    Optional<Audit> audit,
    Optional<Admin> admin,
    Optional<Secret> apiKeys,
    List<String> approvers,
    Optional<Telemetry> telemetry,
    SourceLocation at) {
  public Gateway {
    inFrontOf = List.copyOf(inFrontOf);
    listen = Collections.unmodifiableMap(new TreeMap<>(listen));
    upstream = Collections.unmodifiableMap(new TreeMap<>(upstream));
    approvers = List.copyOf(approvers);
  }

  /** One that sends nothing elsewhere. */
  public Gateway(
      String name,
      List<String> inFrontOf,
      Map<String, SocketBinding> listen,
      Optional<Tls> tls,
      Map<String, Upstream> upstream,
      Identity identity,
      Sessions sessions,
      Limits limits,
      Optional<Audit> audit,
      Optional<Admin> admin,
      Optional<Secret> apiKeys,
      List<String> approvers,
      SourceLocation at) {
    this(
        name,
        inFrontOf,
        listen,
        tls,
        upstream,
        identity,
        sessions,
        limits,
        audit,
        admin,
        apiKeys,
        approvers,
        Optional.empty(),
        at);
  }

  /** Where it listens for a workload's service, when not at its own address and that port. */
  public Optional<SocketBinding> binding(Workload behind, Service service) {
    SocketBinding own = listen.get(behind.name() + "/" + service.name());
    return Optional.ofNullable(own != null ? own : listen.get(service.name()));
  }

  /** The same, with other ways to its databases. */
  public Gateway withUpstream(Map<String, Upstream> other) {
    return new Gateway(
        name, inFrontOf, listen, tls, other, identity, sessions, limits, audit, admin, apiKeys,
        approvers, telemetry, at);
  }

  /** An address and a TCP port. */
  public record SocketBinding(Address address, int port) {}

  /** What it shows to clients, and whom it trusts, by trust domain. */
  public record Tls(Secret certificate, Secret key, Map<String, Secret> trust) {
    public Tls {
      trust = Collections.unmodifiableMap(new TreeMap<>(trust));
    }
  }

  /**
   * How it logs in to one engine.
   *
   * @param inference where the engine sends what it is to embed
   */
  public record Upstream(
      boolean tls,
      Optional<String> san,
      Optional<String> spiffe,
      Optional<Secret> trust,
      Map<String, Secret> credentials,
      Optional<String> inference) {
    public Upstream(
        boolean tls,
        Optional<String> san,
        Optional<String> spiffe,
        Optional<Secret> trust,
        Map<String, Secret> credentials) {
      this(tls, san, spiffe, trust, credentials, Optional.empty());
    }

    public Upstream {
      credentials = Collections.unmodifiableMap(new TreeMap<>(credentials));
    }
  }

  /**
   * Which proofs of identity it takes.
   *
   * @param posture what tells of callers' devices
   */
  public record Identity(Demand mtls, Optional<Jwt> jwt, Optional<Posture> posture) {
    public static final Identity NONE = new Identity(Demand.OFF, Optional.empty());

    public Identity(Demand mtls, Optional<Jwt> jwt) {
      this(mtls, jwt, Optional.empty());
    }
  }

  /**
   * What tells of callers' devices: {@code device} in conditions.
   *
   * @param claim of the issuer's tokens
   * @param file that some tool of the operator's keeps
   * @param maxAge how long ago a device may have been seen, at most, for the file to tell of it
   */
  public record Posture(Optional<String> claim, Optional<String> file, java.time.Duration maxAge) {
    public static final java.time.Duration MAX_AGE_DEFAULT = java.time.Duration.ofMinutes(5);
  }

  /** Whether something must be shown. */
  public enum Demand implements Words {
    REQUIRED,
    OPTIONAL,
    OFF
  }

  /** Whose tokens count. */
  public record Jwt(String issuer, String audience, Jwks jwks) {}

  /** Where the issuer's keys come from. */
  public sealed interface Jwks {
    record OfFile(String path) implements Jwks {}

    record OfUrl(String url) implements Jwks {}

    /** By the issuer's OIDC discovery document. */
    record Discovered() implements Jwks {}
  }

  /** How long a grant lasts and how often it is decided again. */
  public record Sessions(java.time.Duration max, java.time.Duration recheck) {
    public static final Sessions DEFAULT =
        new Sessions(java.time.Duration.ofMinutes(15), java.time.Duration.ofSeconds(60));
  }

  /** Bounds on what one request, principal or tenant may take. */
  public record Limits(
      List<Rate> requests,
      Optional<Integer> topK,
      Optional<Long> bodyBytes,
      Optional<Integer> depth,
      Optional<Integer> batch,
      Optional<java.time.Duration> time,
      Optional<Integer> connections,
      Optional<Integer> streams) {
    public static final Limits NONE =
        new Limits(
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    public Limits {
      requests = List.copyOf(requests);
    }
  }

  /** So many requests in a span of time, counted per principal, tenant or operation. */
  public record Rate(int count, java.time.Duration per, Scope scope) {
    /** What is counted apart. */
    public enum Scope implements Words {
      PRINCIPAL,
      TENANT,
      OPERATION
    }
  }

  /**
   * The audit log.
   *
   * @param to its folder
   * @param key signs checkpoints (Ed25519, PKCS #8 in PEM); lies outside the folder
   * @param checkpoints a file outside the folder that they are written to as well
   */
  public record Audit(String to, Optional<Secret> key, Optional<String> checkpoints) {
    public Audit(String to) {
      this(to, Optional.empty(), Optional.empty());
    }
  }

  /**
   * Where it sends what it sees, as OpenTelemetry's protocol (OTLP over HTTPS).
   *
   * @param otlp the collector; {@code /v1/traces} and {@code /v1/logs} are put behind it
   * @param send what is sent
   * @param traces of a thousand requests that come without a trace of their own, how many are
   *     traced
   * @param trust who signs the collector's certificate, where not the system's authorities
   * @param headers that the collector is shown
   */
  public record Telemetry(
      String otlp,
      Set<Signal> send,
      int traces,
      Optional<Secret> trust,
      Map<String, Secret> headers) {
    /** Of a thousand requests. */
    public static final int TRACES_DEFAULT = 10;

    public static final int TRACES_ALL = 1000;

    public Telemetry {
      send = Collections.unmodifiableSet(new TreeSet<>(send));
      headers = Collections.unmodifiableMap(new TreeMap<>(headers));
    }

    /** What can be sent. */
    public enum Signal implements Words {
      TRACES,
      /** Audit records. */
      AUDIT,
      /** The process's own lines. */
      LOGS
    }
  }

  /** The operator's listener: a Unix socket's path or an address. */
  public record Admin(Optional<String> socket, Optional<SocketBinding> listen) {}

  /** The encryption of a leg to the gateway: what its identity demands. */
  public Encryption legEncryption() {
    if (tls.isEmpty()) {
      return Encryption.NONE;
    }
    return identity.mtls() == Demand.REQUIRED ? Encryption.MTLS : Encryption.TLS;
  }
}
