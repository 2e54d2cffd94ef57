package io.ringfence.conformance.throughput;

import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.secret.Secrets;
import io.ringfence.gateway.wire.Answerer;
import io.ringfence.gateway.wire.Asker;
import io.ringfence.gateway.wire.Connections;
import io.ringfence.gateway.wire.HttpUpstream;
import io.ringfence.gateway.wire.Listener;
import io.ringfence.gateway.wire.ServerTls;
import io.ringfence.gateway.wire.Transport;
import io.ringfence.gateway.wire.Upstream;
import io.ringfence.gateway.wire.WireLimits;
import io.ringfence.model.Gateway;
import io.ringfence.model.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The process of {@link RingfenceWire}: asks the database what it is asked, whoever asks. */
final class WireServer {
  private WireServer() {}

  /**
   * @param arguments the measurement's folder, where to listen, and the database's port
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Transport transport = Transport.ofThisMachine();
    Upstream upstream =
        Upstream.of(loopback(arguments[2]), Optional.empty(), Map::<String, String>of);
    WireLimits limits = WireLimits.DEFAULT;
    Listener.open(
        transport,
        loopback(arguments[1]),
        new Listener.Speech.Http(new Passing(new HttpUpstream(transport, upstream))),
        Optional.of(tls(folder)),
        limits,
        new Connections(limits.connectionsMax()));
    Thread.currentThread().join(); // until it is killed
  }

  private static InetSocketAddress loopback(String port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
  }

  private static ServerTls tls(Path folder) throws IOException {
    Gateway.Tls tls =
        new Gateway.Tls(
            new Secret.OfFile("server.pem"),
            new Secret.OfFile("server.key"),
            Map.of(Site.TRUST_DOMAIN, new Secret.OfFile("ca.pem")));
    return new ServerTls(tls, Gateway.Demand.REQUIRED, Secrets.in(folder), List.of("TLSv1.3"));
  }

  /** Passes on what it is asked. */
  private record Passing(HttpUpstream database) implements Answerer<HttpCall, HttpAnswer> {
    @Override
    public CompletionStage<HttpAnswer> answer(Asker asker, HttpCall request) {
      return database.ask(request);
    }

    @Override
    public HttpAnswer refuse(Refusal refusal) {
      return new HttpAnswer(400, Optional.empty(), new byte[0]);
    }
  }
}
