package io.ringfence.gateway.identity;

import io.ringfence.gateway.policy.Credentials;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.model.Gateway;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Verifies the proofs of identity that a blueprint's gateway takes.
 *
 * <p>INVARIANT (whatever is shown is good): a proof that is shown and does not verify refuses its
 * caller, also where another would be enough.
 */
public final class GatewayAuthenticator implements Authenticator, AutoCloseable {
  /** How many clients' certificates are remembered, read. */
  static final int CERTIFICATES_REMEMBERED_MAX = 20_000;

  private final Gateway.Demand mtls;
  private final Set<String> trustDomains;
  private final IdentitySources sources;
  private final InstantSource time;
  private final RecentCache<X509Certificate, ClientCertificate> certificates =
      new RecentCache<>(CERTIFICATES_REMEMBERED_MAX);

  GatewayAuthenticator(Gateway gateway, IdentitySources sources, InstantSource time) {
    this.mtls = gateway.identity().mtls();
    this.trustDomains = gateway.tls().map(t -> t.trust().keySet()).orElse(Set.of());
    this.sources = sources;
    this.time = time;
  }

  /**
   * Reads what the gateway's identity names, and keeps it fresh until it is closed.
   *
   * @throws SourceException when a file cannot be read or used; keys that are fetched may come
   *     later
   */
  public static GatewayAuthenticator open(Gateway gateway, IdentitySettings settings)
      throws SourceException {
    return new GatewayAuthenticator(
        gateway, IdentitySources.open(gateway, settings), settings.time());
  }

  /** What cannot be read or fetched at the moment, in words for the operator. */
  public List<String> problems() {
    return sources.problems();
  }

  /** Waits until what is fetched is there; false when it is not in time. */
  public boolean awaitReady(Duration within) throws InterruptedException {
    return sources.awaitReady(within);
  }

  @Override
  public Identified authenticate(Proofs shown) throws RefusedException {
    Instant now = time.instant();
    Optional<ClientCertificate> certificate = certificate(shown, now);
    if (shown.secret().isEmpty()) {
      return byCertificate(
          certificate.orElseThrow(() -> Unauthenticated.because("no proof of identity is shown")),
          now);
    }
    String secret = shown.secret().get();
    return ApiKeys.isKey(secret)
        ? byKey(sources.apiKeys().verify(secret, now), certificate, now)
        : byToken(sources.tokens().verify(secret), certificate, now);
  }

  private Optional<ClientCertificate> certificate(Proofs shown, Instant now)
      throws RefusedException {
    return switch (mtls) {
      case OFF -> Optional.empty();
      case OPTIONAL ->
          shown.certificate().isPresent()
              ? Optional.of(certificate(shown.certificate().get(), now))
              : Optional.empty();
      case REQUIRED -> {
        if (shown.certificate().isEmpty()) {
          throw Unauthenticated.because("no client certificate is shown");
        }
        yield Optional.of(certificate(shown.certificate().get(), now));
      }
    };
  }

  private ClientCertificate certificate(X509Certificate shown, Instant now)
      throws RefusedException {
    ClientCertificate out = certificates.get(shown);
    if (out == null) {
      out = ClientCertificate.of(shown);
      certificates.put(shown, out);
    }
    out.check(now);
    if (!trustDomains.contains(out.id().trustDomain())) {
      throw Unauthenticated.because("the certificate's trust domain is not trusted here");
    }
    return out;
  }

  private Identified byCertificate(ClientCertificate certificate, Instant now) {
    String id = certificate.id().toString();
    return new Identified(
        Credentials.of(id),
        id,
        new Marks(Optional.of(certificate.serial()), Optional.empty(), Optional.empty()),
        sources.devices().facts(Map.of(), List.of(id), now),
        certificate.until());
  }

  private Identified byToken(
      VerifiedToken token, Optional<ClientCertificate> certificate, Instant now) {
    Instant until = token.expires().plus(TokenVerifier.CLOCK_SKEW);
    Optional<String> id = certificate.map(c -> c.id().toString());
    return new Identified(
        new Credentials(id, Optional.of(token.token())),
        id.map(i -> i + " with " + token.subject()).orElse(token.subject()),
        new Marks(
            certificate.map(ClientCertificate::serial),
            Optional.of(token.mark()),
            Optional.empty()),
        sources
            .devices()
            .facts(
                token.facts(),
                id.map(i -> List.of(i, token.subject())).orElseGet(() -> List.of(token.subject())),
                now),
        earlier(until, certificate));
  }

  private Identified byKey(ApiKey key, Optional<ClientCertificate> certificate, Instant now)
      throws RefusedException {
    Optional<String> shown = certificate.map(c -> c.id().toString());
    if (shown.isPresent() && key.principal().isPresent() && !shown.equals(key.principal())) {
      throw Unauthenticated.because("the API key is not for who the certificate names");
    }
    Optional<String> id = shown.or(key::principal);
    String name = "key:" + key.id();
    return new Identified(
        new Credentials(id, Optional.empty(), key.tenant()),
        id.map(i -> i + " with " + name).orElse(name),
        new Marks(
            certificate.map(ClientCertificate::serial), Optional.empty(), Optional.of(key.id())),
        sources.devices().facts(Map.of(), id.map(List::of).orElse(List.of()), now),
        earlier(key.expires(), certificate));
  }

  private static Instant earlier(Instant until, Optional<ClientCertificate> certificate) {
    return certificate.map(ClientCertificate::until).filter(until::isAfter).orElse(until);
  }

  @Override
  public void close() {
    sources.close();
  }

  /** Facts that two sources tell of; what they differ in is absent. */
  static Map<String, Object> agreed(Map<String, Object> some, Map<String, Object> others) {
    if (others.isEmpty()) {
      return some;
    }
    Map<String, Object> out = new HashMap<>(some);
    others.forEach(
        (name, value) -> {
          Object known = some.get(name);
          if (known == null) {
            out.put(name, value);
          } else if (!known.equals(value)) {
            out.remove(name);
          }
        });
    return out;
  }
}
