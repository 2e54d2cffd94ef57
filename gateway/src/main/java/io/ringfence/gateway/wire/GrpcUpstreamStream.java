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
import java.util.Map;
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

  /**
   * How a call begins.
   *
   * @param traceparent empty where no trace is told
   * @param timeout after which the database may give up; absent where nobody said
   */
  record Start(String service, String method, String traceparent, Optional<Duration> timeout) {
    /** Its head, written anew: nothing of a client's is in it. */
    Http2Headers headers(Upstream upstream) {
      Http2Headers headers =
          new DefaultHttp2Headers()
              .method("POST")
              .scheme(upstream.tls().isPresent() ? "https" : "http")
              .authority(upstream.authority())
              .path(new RequestTarget(List.of(service, method), Map.of()).text())
              .set("te", "trailers")
              .set("content-type", GrpcHead.CONTENT_TYPE)
              .set("grpc-encoding", "identity")
              .set("grpc-accept-encoding", "identity");
      timeout.ifPresent(t -> headers.set("grpc-timeout", GrpcFraming.timeout(t)));
      if (!traceparent.isEmpty()) {
        headers.set("traceparent", traceparent);
      }
      upstream.credentials().get().forEach(headers::set);
      return headers;
    }
  }

  void send(Http2StreamChannel stream) {
    answer.whenComplete(
        (a, failure) -> {
          if (failure != null) {
            stream.close();
          }
        });
    Start start =
        new Start(
            call.service(),
            call.method(),
            traceparent,
            Optional.of(upstream.answerTime().plus(GRACE)));
    stream.write(new DefaultHttp2HeadersFrame(start.headers(upstream)));
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
      requireGood(frame.headers());
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
    GrpcAnswer status = status(headers);
    answer.complete(
        status.status() == GrpcAnswer.OK
            ? GrpcAnswer.ok(GrpcFraming.message(body.whole(Optional.empty())))
            : status);
  }

  /**
   * @throws RefusedException when an answer that begins so is none
   */
  static void requireGood(Http2Headers headers) throws RefusedException {
    if (!"200".contentEquals(text(headers, ":status"))) {
      throw HeaderFields.malformed("its status is not 200");
    }
  }

  /**
   * What trailers say of how a call ended, without a message.
   *
   * @throws RefusedException when they say nothing
   */
  static GrpcAnswer status(Http2Headers trailers) throws RefusedException {
    String status = text(trailers, "grpc-status");
    if (!status.matches("[0-9]{1,2}") || Integer.parseInt(status) > STATUS_MAX) {
      throw HeaderFields.malformed("its `grpc-status` is none");
    }
    int code = Integer.parseInt(status);
    return code == GrpcAnswer.OK
        ? GrpcAnswer.ok(new byte[0])
        : GrpcAnswer.failed(code, GrpcFraming.decoded(text(trailers, "grpc-message")));
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
