package io.ringfence.gateway.wire;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import io.ringfence.gateway.request.GrpcAnswer;
import io.ringfence.gateway.request.GrpcCall;
import io.ringfence.gateway.request.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One unary call to a database. */
final class GrpcUpstreamStream extends ChannelInboundHandlerAdapter {
  /** The database gives up after we do, so that it is ours to say what happened. */
  private static final Duration GRACE = Duration.ofMillis(500);

  private static final int STATUS_MAX = 16;

  private final Upstream upstream;
  private final GrpcCall call;
  private final String traceparent;
  private final CompletableFuture<GrpcAnswer> answer;
  private final Http2Body body;
  private boolean headed;

  GrpcUpstreamStream(
      Upstream upstream, GrpcCall call, String traceparent, CompletableFuture<GrpcAnswer> answer) {
    this.traceparent = traceparent;
    this.upstream = upstream;
    this.call = call;
    this.answer = answer;
    this.body = new Http2Body(upstream.answerBytesMax());
  }

  void send(Http2StreamChannel stream) {
    answer.whenComplete(
        (a, failure) -> {
          if (failure != null) {
            stream.close();
          }
        });
    Http2Headers headers =
        new DefaultHttp2Headers()
            .method("POST")
            .scheme(upstream.tls().isPresent() ? "https" : "http")
            .authority(upstream.authority())
            .path(
                new RequestTarget(List.of(call.service(), call.method()), java.util.Map.of())
                    .text())
            .set("te", "trailers")
            .set("content-type", "application/grpc")
            .set("grpc-encoding", "identity")
            .set("grpc-accept-encoding", "identity")
            .set("grpc-timeout", upstream.answerTime().plus(GRACE).toMillis() + "m");
    if (!traceparent.isEmpty()) {
      headers.set("traceparent", traceparent);
    }
    upstream.credentials().get().forEach(headers::set);
    stream.write(new DefaultHttp2HeadersFrame(headers));
    stream
        .writeAndFlush(
            new DefaultHttp2DataFrame(
                Unpooled.wrappedBuffer(GrpcFraming.framed(call.message())), /* endStream= */ true))
        .addListener(
            f -> {
              if (!f.isSuccess()) {
                answer.completeExceptionally(f.cause());
              }
            });
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object frame) {
    try {
      switch (frame) {
        case Http2HeadersFrame headers -> headers(headers);
        case Http2DataFrame data -> data(data);
        default -> {
          // A reset is told by the channel's end.
        }
      }
    } catch (RefusedException e) {
      answer.completeExceptionally(
          new IOException("the database's answer cannot be read: " + e.getMessage(), e));
      ctx.close();
    } finally {
      ReferenceCountUtil.release(frame);
    }
  }

  private void headers(Http2HeadersFrame frame) throws RefusedException {
    if (!headed) {
      headed = true;
      if (!"200".contentEquals(text(frame.headers(), ":status"))) {
        throw HeaderFields.malformed("its status is not 200");
      }
    }
    if (frame.isEndStream()) {
      trailers(frame.headers());
    }
  }

  private void data(Http2DataFrame frame) throws RefusedException {
    body.add(frame.content());
    if (frame.isEndStream()) {
      throw HeaderFields.malformed("it has no trailers");
    }
  }

  private void trailers(Http2Headers headers) throws RefusedException {
    String status = text(headers, "grpc-status");
    if (!status.matches("[0-9]{1,2}") || Integer.parseInt(status) > STATUS_MAX) {
      throw HeaderFields.malformed("its `grpc-status` is none");
    }
    int code = Integer.parseInt(status);
    answer.complete(
        code == GrpcAnswer.OK
            ? GrpcAnswer.ok(GrpcFraming.message(body.whole(Optional.empty())))
            : GrpcAnswer.failed(code, GrpcFraming.decoded(text(headers, "grpc-message"))));
  }

  private static String text(Http2Headers headers, String name) {
    CharSequence value = headers.get(name);
    return value == null ? "" : value.toString();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    answer.completeExceptionally(new IOException("the database broke the call off"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    answer.completeExceptionally(cause);
    ctx.close();
  }
}
