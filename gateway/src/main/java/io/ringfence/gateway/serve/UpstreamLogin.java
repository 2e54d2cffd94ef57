package io.ringfence.gateway.serve;

import io.ringfence.gateway.secret.Secrets;
import io.ringfence.model.Gateway;
import io.ringfence.model.Secret;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** The headers with which the gateway logs in to one database, read anew as their files change. */
final class UpstreamLogin implements Supplier<Map<String, String>> {
  /** What logs in by TLS itself. */
  static final Set<String> OF_TLS = Set.of("certificate", "key");

  private final String workload;
  private final Map<String, Secret> credentials;
  private final Map<String, Function<String, Engines.Header>> logins;
  private final Secrets secrets;
  private volatile Map<String, String> headers;

  UpstreamLogin(
      String workload,
      Gateway.Upstream upstream,
      Map<String, Function<String, Engines.Header>> logins,
      Secrets secrets)
      throws IOException, PolicyRefusedException {
    this.workload = workload;
    this.credentials = upstream.credentials();
    this.logins = logins;
    this.secrets = secrets;
    for (String name : credentials.keySet()) {
      if (!OF_TLS.contains(name) && !logins.containsKey(name)) {
        throw new PolicyRefusedException(
            "`%s` does not log in with `%s`; it does with %s"
                .formatted(
                    workload, name, String.join(", ", new java.util.TreeSet<>(logins.keySet()))));
      }
    }
    refresh();
  }

  void refresh() throws IOException {
    Map<String, String> out = new TreeMap<>();
    for (Map.Entry<String, Secret> credential : credentials.entrySet()) {
      if (OF_TLS.contains(credential.getKey())) {
        continue;
      }
      String secret = secrets.text(credential.getValue());
      if (!secret.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        throw new IOException(
            "credential `%s` of `%s` has characters that no header holds"
                .formatted(credential.getKey(), workload));
      }
      Engines.Header header = logins.get(credential.getKey()).apply(secret);
      out.put(header.name(), header.value());
    }
    headers = Map.copyOf(out);
  }

  @Override
  public Map<String, String> get() {
    return headers;
  }
}
