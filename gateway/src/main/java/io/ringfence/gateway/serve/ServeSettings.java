package io.ringfence.gateway.serve;

import io.ringfence.gateway.secret.Secrets;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What the command line says of a gateway.
 *
 * @param gateway its name in the blueprint
 * @param secrets reads its keys, and what else is beside the blueprint
 * @param listen where it listens instead, by {@code SERVICE}, {@code ENGINE/SERVICE} or {@code
 *     WORKLOAD/SERVICE}; its operators' address by {@code admin}
 * @param upstream where a database is instead, by {@code WORKLOAD} or {@code WORKLOAD/SERVICE}; the
 *     collector of telemetry by {@code telemetry}
 * @param tls12 whether TLS 1.2 is taken beside 1.3
 * @param explain whether answers say which rule decided: for developers, never in production
 * @param notes takes a line for the operator of what changes
 */
public record ServeSettings(
    String gateway,
    Secrets secrets,
    Map<String, InetSocketAddress> listen,
    Map<String, InetSocketAddress> upstream,
    boolean tls12,
    boolean explain,
    Consumer<String> notes) {
  /** One whose answers explain nothing. */
  public ServeSettings(
      String gateway,
      Secrets secrets,
      Map<String, InetSocketAddress> listen,
      Map<String, InetSocketAddress> upstream,
      boolean tls12,
      Consumer<String> notes) {
    this(gateway, secrets, listen, upstream, tls12, false, notes);
  }

  /** The same, whose answers say which rule decided. */
  public ServeSettings explaining() {
    return new ServeSettings(gateway, secrets, listen, upstream, tls12, true, notes);
  }

  public ServeSettings {
    listen = Map.copyOf(listen);
    upstream = Map.copyOf(upstream);
  }

  ServeSettings withNotes(Consumer<String> others) {
    return new ServeSettings(gateway, secrets, listen, upstream, tls12, explain, others);
  }
}
