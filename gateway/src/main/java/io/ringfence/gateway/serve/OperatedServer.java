package io.ringfence.gateway.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.gateway.admin.OperatedGateway;
import io.ringfence.gateway.session.SessionDesk;
import io.ringfence.gateway.signal.GatewayMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A running gateway, as its operators see it. */
final class OperatedServer implements OperatedGateway {
  private final GatewayServer server;
  private final GatewayMetrics metrics;

  OperatedServer(GatewayServer server, GatewayMetrics metrics) {
    this.server = server;
    this.metrics = metrics;
  }

  @Override
  public ObjectNode status() {
    GatewayStatus status = server.status();
    ObjectNode out =
        JsonNodeFactory.instance
            .objectNode()
            .put("gateway", status.gateway())
            .put("ready", notReady().isEmpty())
            .put("generation", status.generation().number())
            .put("hash", status.generation().hash())
            .put("draining", status.draining())
            .put("connections", status.connections())
            .put("answering", status.answering());
    status.refused().ifPresent(why -> out.put("refused", why));
    status.stale().ifPresent(why -> out.put("stale", why));
    List<String> because = notReady();
    if (!because.isEmpty()) {
      because.forEach(out.putArray("because")::add);
    }
    out.set("databases", server.rounds().told());
    if (!status.observing().isEmpty()) {
      var all = out.putArray("observing");
      status
          .observing()
          .forEach(
              o -> all.addObject().put("rule", o.rule().name()).put("until", o.until().toString()));
    }
    ObjectNode listens = out.putObject("listens");
    status
        .listens()
        .forEach(
            (service, sockets) -> {
              var all = listens.putArray(service);
              sockets.forEach(s -> all.add(s.getAddress().getHostAddress() + ":" + s.getPort()));
            });
    return out;
  }

  /** A refused blueprint leaves the last good one in force: that is told, and is ready. */
  @Override
  public List<String> notReady() {
    GatewayStatus status = server.status();
    List<String> out = new ArrayList<>();
    if (status.draining()) {
      out.add("it is being drained");
    }
    out.addAll(status.closed());
    return out;
  }

  @Override
  public String metrics() {
    return metrics.text();
  }

  @Override
  public Optional<SessionDesk> sessions() {
    return Optional.of(server.sessions());
  }

  @Override
  public Optional<String> reload() {
    server.reload();
    return server.status().refused();
  }

  @Override
  public void drain(Duration patience) {
    server.drain(patience);
  }

  @Override
  public ObjectNode doctor() {
    server.rounds().look();
    return server.rounds().told();
  }
}
