package io.ringfence.gateway.wire;

import io.netty.channel.EventLoop;
import io.ringfence.gateway.exchange.Database;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A database asked over HTTP/1.1, by each thread over connections of its own. */
public final class HttpUpstream implements Database<HttpCall, HttpAnswer> {
  private final Transport transport;
  private final Map<EventLoop, HttpLane> lanes = new HashMap<>();

  public HttpUpstream(Transport transport, Upstream upstream) {
    this.transport = transport;
    transport.loops().forEach(l -> lanes.put(l, new HttpLane(transport, l, upstream)));
  }

  @Override
  public CompletionStage<HttpAnswer> ask(HttpCall question) {
    return ask(question, "");
  }

  @Override
  public CompletionStage<HttpAnswer> ask(HttpCall question, String traceparent) {
    CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
    EventLoop loop = transport.here();
    HttpLane lane = lanes.get(loop);
    if (loop.inEventLoop()) {
      lane.ask(question, traceparent, answer);
    } else {
      loop.execute(() -> lane.ask(question, traceparent, answer));
    }
    return answer;
  }
}
