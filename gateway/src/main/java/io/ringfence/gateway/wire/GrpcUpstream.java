package io.ringfence.gateway.wire;

import io.netty.channel.EventLoop;
import io.ringfence.gateway.exchange.Database;
import io.ringfence.gateway.request.GrpcAnswer;
import io.ringfence.gateway.request.GrpcCall;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A database asked over gRPC, by each thread over a connection of its own. */
public final class GrpcUpstream implements Database<GrpcCall, GrpcAnswer> {
  private final Transport transport;
  private final Map<EventLoop, GrpcLane> lanes = new HashMap<>();

  public GrpcUpstream(Transport transport, Upstream upstream) {
    this.transport = transport;
    transport.loops().forEach(l -> lanes.put(l, new GrpcLane(transport, l, upstream)));
  }

  @Override
  public CompletionStage<GrpcAnswer> ask(GrpcCall question) {
    return ask(question, "");
  }

  @Override
  public CompletionStage<GrpcAnswer> ask(GrpcCall question, String traceparent) {
    CompletableFuture<GrpcAnswer> answer = new CompletableFuture<>();
    EventLoop loop = transport.here();
    GrpcLane lane = lanes.get(loop);
    if (loop.inEventLoop()) {
      lane.ask(question, traceparent, answer);
    } else {
      loop.execute(() -> lane.ask(question, traceparent, answer));
    }
    return answer;
  }

  /** A call that streams, made by a thread of the transport's over that thread's connection. */
  GrpcDuplexCall call(GrpcUpstreamStream.Start start, GrpcDuplexCall.Peer peer) {
    return lanes.get(transport.here()).call(start, peer);
  }
}
