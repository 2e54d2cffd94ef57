package io.ringfence.conformance.isolation;

import io.ringfence.conformance.gateway.GatewaySite;
import io.ringfence.gateway.engine.Protocol;
import io.ringfence.gateway.exchange.Database;
import io.ringfence.gateway.exchange.Exchange;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.secret.Secrets;
import io.ringfence.gateway.wire.Answerer;
import io.ringfence.gateway.wire.Asker;
import io.ringfence.gateway.wire.Connections;
import io.ringfence.gateway.wire.Listener;
import io.ringfence.gateway.wire.ServerTls;
import io.ringfence.gateway.wire.Transport;
import io.ringfence.gateway.wire.WireLimits;
import io.ringfence.model.Gateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The gateway's own listeners, before protocols that a test made. */
final class TestingGateway implements AutoCloseable {
  private final GatewaySite site;
  private final Transport transport = new Transport(1);
  private final TestingReception reception;
  private final List<Listener> listeners = new ArrayList<>();

  TestingGateway(Path folder, TestingReception reception) throws IOException {
    this.site = new GatewaySite(folder);
    this.reception = reception;
  }

  GatewaySite site() {
    return site;
  }

  Transport transport() {
    return transport;
  }

  ServerTls tls() throws IOException {
    return new ServerTls(
        reception.gateway().tls().orElseThrow(),
        Gateway.Demand.REQUIRED,
        Secrets.in(site.folder()),
        List.of("TLSv1.3"));
  }

  /** Answers as the gateway does. */
  <C, A> Answerer<C, A> answering(Protocol<C, A> protocol, Database<C, A> database) {
    Exchange<C, A> exchange =
        new Exchange<>(protocol, reception.gatekeeper(), database, reception.trail());
    return new Answerer<>() {
      @Override
      public CompletionStage<A> answer(Asker asker, C request) {
        try {
          return exchange.answer(reception.caller(asker), request);
        } catch (RefusedException e) {
          return reception
              .unknown(asker, e.refusal())
              .handle((done, failure) -> refuse(e.refusal()));
        }
      }

      @Override
      public A refuse(Refusal refusal) {
        return protocol.refuse(refusal);
      }
    };
  }

  /** Listens on loopback; its port. */
  int listen(Listener.Speech speech) throws IOException {
    Listener listener =
        Listener.open(
            transport,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            speech,
            Optional.of(tls()),
            WireLimits.DEFAULT,
            new Connections(WireLimits.DEFAULT.connectionsMax()));
    listeners.add(listener);
    return listener.socket().getPort();
  }

  @Override
  public void close() {
    listeners.forEach(Listener::close);
    transport.close();
  }
}
