package io.ringfence.gateway.serve;

import io.ringfence.gateway.identity.Destinations;
import io.ringfence.gateway.identity.HttpsPost;
import io.ringfence.gateway.secret.Secrets;
import io.ringfence.gateway.telemetry.Collector;
import io.ringfence.gateway.telemetry.OtlpCollector;
import io.ringfence.gateway.wire.TlsFiles;
import io.ringfence.model.Gateway;
import io.ringfence.model.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/** How the blueprint has the collector reached. */
final class TelemetryPlan {
  /** What the command line calls the collector. */
  static final String UPSTREAM = "telemetry";

  private TelemetryPlan() {}

  /**
   * @param destinations where the gateway may connect to
   * @param instead where the collector is in a run on one machine
   */
  static Collector collector(
      Gateway.Telemetry telemetry,
      Secrets secrets,
      Destinations destinations,
      Optional<InetSocketAddress> instead)
      throws PolicyRefusedException, IOException {
    Destinations there =
        instead.isPresent() ? (host, port) -> List.of(instead.get().getAddress()) : destinations;
    String url =
        instead.isPresent() ? at(telemetry.otlp(), instead.get().getPort()) : telemetry.otlp();
    HttpsPost post = new HttpsPost(there, tls(telemetry.trust(), secrets));
    headers(telemetry, secrets);
    return new OtlpCollector(post, url, () -> headersNow(telemetry, secrets));
  }

  private static String at(String url, int port) {
    URI uri = URI.create(url);
    return "https://"
        + uri.getHost()
        + ":"
        + port
        + (uri.getRawPath() == null ? "" : uri.getRawPath());
  }

  private static Map<String, String> headersNow(Gateway.Telemetry telemetry, Secrets secrets) {
    try {
      return headers(telemetry, secrets);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // tried again later
    }
  }

  private static Map<String, String> headers(Gateway.Telemetry telemetry, Secrets secrets)
      throws IOException {
    Map<String, String> out = new TreeMap<>();
    for (Map.Entry<String, Secret> header : telemetry.headers().entrySet()) {
      out.put(header.getKey(), secrets.text(header.getValue()));
    }
    return out;
  }

  private static SSLSocketFactory tls(Optional<Secret> trust, Secrets secrets)
      throws PolicyRefusedException, IOException {
    if (trust.isEmpty()) {
      return (SSLSocketFactory) SSLSocketFactory.getDefault();
    }
    byte[] bundle = secrets.bytes(trust.get());
    try {
      SSLContext out = SSLContext.getInstance("TLS");
      out.init(null, new TrustManager[] {TlsFiles.bundle(bundle)}, null);
      return out.getSocketFactory();
    } catch (GeneralSecurityException | IOException e) {
      throw new PolicyRefusedException("the `trust` of `telemetry`: " + e.getMessage(), e);
    }
  }
}
