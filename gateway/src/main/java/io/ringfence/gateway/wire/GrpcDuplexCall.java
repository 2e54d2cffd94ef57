package io.ringfence.gateway.wire;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import io.ringfence.gateway.request.GrpcAnswer;
import io.ringfence.gateway.request.RefusedException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One streaming call to a database. No more of its answers is read than its peer has taken: HTTP/2
 * then holds the database back. Of one event loop's thread.
 */
final class GrpcDuplexCall extends ChannelInboundHandlerAdapter {
  /** Who is told what the database says. */
  interface Peer {
    /**
     * A message.
     *
     * @param taken to be run when there is room for the next
     */
    void message(byte[] message, Runnable taken);

    /** The database ended the call. */
    void ended(GrpcAnswer status);

    /** It broke off. */
    void failed(Throwable why);
  }

  private final Upstream upstream;
  private final GrpcUpstreamStream.Start start;
  private final Peer peer;
  private final GrpcMessages messages;
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private final CompletableFuture<Http2StreamChannel> open = new CompletableFuture<>();
  private boolean headed;
  private boolean delivering;
  private GrpcAnswer end;

  GrpcDuplexCall(Upstream upstream, GrpcUpstreamStream.Start start, Peer peer) {
    this.upstream = upstream;
    this.start = start;
    this.peer = peer;
    this.messages = new GrpcMessages(upstream.answerBytesMax());
    over.whenComplete(
        (v, failure) -> {
          if (failure != null) {
            open.completeExceptionally(failure);
            peer.failed(failure);
          }
        });
  }

  /** Done when the call is over; to fail it ends the call. */
  CompletableFuture<Void> over() {
    return over;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    ctx.channel().config().setAutoRead(false);
  }

  /** The stream is there. */
  void begin(Http2StreamChannel stream) {
    if (over.isDone()) {
      stream.close();
      return;
    }
    stream
        .writeAndFlush(new DefaultHttp2HeadersFrame(start.headers(upstream)))
        .addListener(f -> failIf(f.cause()));
    open.complete(stream);
    stream.read();
  }

  private void failIf(Throwable cause) {
    if (cause != null) {
      over.completeExceptionally(cause);
    }
  }

  /** Says a message; done when it has left, which the database's flow control decides. */
  CompletionStage<Void> send(byte[] message) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(GrpcFraming.framed(message))), sent);
    return sent;
  }

  /** Says that there are no more. */
  void done() {
    write(new DefaultHttp2DataFrame(/* endStream= */ true), new CompletableFuture<>());
  }

  private void write(Http2DataFrame frame, CompletableFuture<Void> sent) {
    open.whenComplete(
        (stream, failure) -> {
          if (failure != null) {
            ReferenceCountUtil.release(frame);
            sent.completeExceptionally(failure);
            return;
          }
          stream
              .writeAndFlush(frame)
              .addListener(
                  f -> {
                    if (f.isSuccess()) {
                      sent.complete(null);
                    } else {
                      sent.completeExceptionally(f.cause());
                    }
                  });
        });
  }

  /** Takes the call back, where it is not over. */
  void cancel() {
    if (over.complete(null) && open.isDone() && !open.isCompletedExceptionally()) {
      reset(open.join());
    }
  }

  private static void reset(Http2StreamChannel stream) {
    stream
        .writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL))
        .addListener(f -> stream.close());
  }

  // --- What the database says ---

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object frame) {
    try {
      if (!over.isDone()) {
        take(frame);
        deliver(ctx);
      }
    } catch (RefusedException e) {
      over.completeExceptionally(
          new IOException("the database's answer cannot be read: " + e.getMessage(), e));
      reset((Http2StreamChannel) ctx.channel());
    } finally {
      ReferenceCountUtil.release(frame);
    }
  }

  private void take(Object frame) throws RefusedException {
    switch (frame) {
      case Http2HeadersFrame headers -> {
        if (!headed) {
          headed = true;
          GrpcUpstreamStream.requireGood(headers.headers());
        }
        if (headers.isEndStream()) {
          if (messages.midway()) {
            throw HeaderFields.malformed("a message is not whole");
          }
          end = GrpcUpstreamStream.status(headers.headers());
        }
      }
      case Http2DataFrame data -> {
        messages.add(data.content());
        if (data.isEndStream()) {
          throw HeaderFields.malformed("it has no trailers");
        }
      }
      default -> {
        // What else there is says nothing about the call.
      }
    }
  }

  private void deliver(ChannelHandlerContext ctx) {
    if (delivering || over.isDone()) {
      return;
    }
    byte[] message = messages.poll();
    if (message != null) {
      delivering = true;
      peer.message(
          message,
          () -> {
            delivering = false;
            deliver(ctx);
          });
    } else if (end != null) {
      over.complete(null);
      peer.ended(end);
      ctx.close();
    } else {
      ctx.read();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof Http2ResetFrame) {
      broken();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    broken();
  }

  /** What it said in whole before is still told, where it had said its end. */
  private void broken() {
    if (end == null) {
      over.completeExceptionally(new IOException("the database broke the call off"));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    over.completeExceptionally(cause);
    ctx.close();
  }
}
