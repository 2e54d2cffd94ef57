package io.ringfence.gateway.serve;

import io.ringfence.gateway.identity.Authenticator;
import io.ringfence.gateway.identity.Destinations;
import io.ringfence.gateway.identity.EgressDestinations;
import io.ringfence.gateway.identity.GatewayAuthenticator;
import io.ringfence.gateway.identity.IdentitySettings;
import io.ringfence.gateway.identity.SourceException;
import io.ringfence.gateway.secret.Secrets;
import io.ringfence.model.Directory;
import io.ringfence.model.Gateway;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;

/**
 * The authenticator of the generation in force. It outlives a generation that does not change what
 * proofs are taken, so that keys which were fetched stay known.
 */
final class Identities implements AutoCloseable {
  private static final Duration FIRST_KEYS_WITHIN = Duration.ofSeconds(5);

  private final Secrets secrets;
  private final InstantSource clock;
  private volatile Destinations destinations;
  private Gateway gateway;
  private GatewayAuthenticator authenticator;

  Identities(Secrets secrets, InstantSource clock) {
    this.secrets = secrets;
    this.clock = clock;
  }

  /**
   * The authenticator for another generation.
   *
   * @throws SourceException when a file that it names cannot be used
   */
  synchronized Authenticator of(Directory directory, Gateway next) throws SourceException {
    destinations = new EgressDestinations(directory, next.name(), InetAddress::getAllByName);
    if (authenticator != null && sameProofs(next)) {
      gateway = next;
      return authenticator;
    }
    GatewayAuthenticator opened =
        GatewayAuthenticator.open(
            next,
            new IdentitySettings(
                secrets.folder(),
                secrets.environment(),
                (host, port) -> destinations.of(host, port),
                (SSLSocketFactory) SSLSocketFactory.getDefault(),
                clock));
    await(opened);
    close();
    gateway = next;
    authenticator = opened;
    return opened;
  }

  /** Where the gateway may connect to, by the generation in force at that time. */
  Destinations destinations() {
    return (host, port) -> {
      Destinations now = destinations;
      if (now == null) {
        throw new IOException("no generation is in force yet");
      }
      return now.of(host, port);
    };
  }

  private boolean sameProofs(Gateway next) {
    return next.identity().equals(gateway.identity())
        && next.apiKeys().equals(gateway.apiKeys())
        && next.tls().equals(gateway.tls());
  }

  /** Keys that do not come in time are denied until they do. */
  private static void await(GatewayAuthenticator opened) {
    try {
      opened.awaitReady(FIRST_KEYS_WITHIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What cannot be read or fetched at the moment. */
  synchronized List<String> problems() {
    return authenticator == null ? List.of() : authenticator.problems();
  }

  @Override
  public synchronized void close() {
    if (authenticator != null) {
      authenticator.close();
    }
  }
}
