package io.ringfence.gateway.wire;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import io.ringfence.gateway.exchange.Departure;
import io.ringfence.gateway.limit.Held;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;

/** One request in HTTP/2: gathers it wholly, and lets it be answered once. */
abstract class Http2Stream extends ChannelInboundHandlerAdapter {
  private final WireLimits limits;
  private final Connections connections;
  private final Http2Body body;

  private ChannelHandlerContext context;
  private Deadline deadline;
  private Http2Request request;
  private final Held held;
  private boolean whole;
  private boolean taken;
  private boolean over;
  private boolean answered;

  Http2Stream(WireLimits limits, Connections connections) {
    this.limits = limits;
    this.connections = connections;
    this.body = new Http2Body(limits.bodyBytesMax());
    this.held = new Held(connections.bodies());
  }

  /** Answers a request that is wholly there; calls {@link #ended()} when it has. */
  abstract void take(Http2Request head, byte[] bytes) throws RefusedException;

  /** Writes a refusal that ends the stream. */
  abstract void refuse(Refusal refusal);

  WireLimits limits() {
    return limits;
  }

  /** Whether something was answered already. */
  boolean answered() {
    return answered;
  }

  ChannelHandlerContext context() {
    return context;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    deadline = new Deadline(ctx.executor(), this::late);
    deadline.within(limits.requestTime());
  }

  private void late() {
    if (answered) {
      context
          .writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL))
          .addListener(ChannelFutureListener.CLOSE);
    } else if (taken) {
      end(new Refusal(Refusal.Kind.TIMED_OUT, "the request takes longer than it may"));
    } else {
      end(new Refusal(Refusal.Kind.TIMED_OUT, "the request does not come to an end"));
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    deadline.none();
    if (!taken) {
      held.release();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object frame) {
    try {
      if (!over) {
        gather(frame);
      }
    } catch (RefusedException e) {
      end(e.refusal());
    } finally {
      ReferenceCountUtil.release(frame);
    }
  }

  private void gather(Object frame) throws RefusedException {
    switch (frame) {
      case Http2HeadersFrame headers -> {
        if (request != null) {
          throw HeaderFields.malformed("there are headers after the body");
        }
        request = Http2Request.of(headers.headers());
        ifWhole(headers.isEndStream());
      }
      case Http2DataFrame data -> {
        held.grow(body.size() + data.content().readableBytes());
        body.add(data.content());
        ifWhole(data.isEndStream());
      }
      default -> {
        // A reset is told by the channel's end; what else there is says nothing about a request.
      }
    }
  }

  private void ifWhole(boolean ends) throws RefusedException {
    if (!ends) {
      return;
    }
    whole = true;
    byte[] bytes = body.whole(request.fields().one("content-length"));
    over = true;
    taken = true;
    deadline.within(limits.wholeTime());
    connections.began();
    try {
      take(request, bytes);
    } catch (RefusedException e) {
      ended();
      refuse(e.refusal());
    }
  }

  void ended() {
    held.release();
    connections.ended();
  }

  private void end(Refusal refusal) {
    over = true;
    deadline.none();
    if (!taken) {
      held.release();
    }
    refuse(refusal);
  }

  /** Bounds how long the client takes to read the answer. */
  void answering() {
    answered = true;
    deadline.within(limits.answerTime());
  }

  /** Closes the stream once its last frame is out; what the client still sends is not wanted. */
  ChannelFutureListener last(Departure departure) {
    return future -> {
      departure.left(future.isSuccess());
      deadline.none();
      if (!whole) {
        future
            .channel()
            .writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR))
            .addListener(ChannelFutureListener.CLOSE);
      }
    };
  }

  void onLoop(Runnable work) {
    if (context.executor().inEventLoop()) {
      work.run();
    } else {
      context.executor().execute(work);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
