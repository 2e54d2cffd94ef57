package io.ringfence.gateway.wire;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.ringfence.gateway.engine.Dialogue;
import io.ringfence.gateway.exchange.StreamedExchange;
import io.ringfence.gateway.limit.Held;
import io.ringfence.gateway.request.GrpcAnswer;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * One streaming call of a client's, and the call to the database that it becomes. Of each direction
 * one message is on its way at one time; what comes meanwhile waits in HTTP/2's windows, so that
 * the slower end holds the other back and nothing piles up here.
 */
final class GrpcDuplexStream extends ChannelInboundHandlerAdapter implements GrpcDuplexCall.Peer {
  private final StreamAnswerer answerer;
  private final Dialogue.Form form;
  private final Client client;
  private final WireLimits limits;
  private final Connections connections;
  private final GrpcMessages messages;
  private final Held held;

  private ChannelHandlerContext context;
  private GrpcHead head;
  private long began;
  private Deadline silence;
  private Deadline trickle;
  private Deadline reading;
  private Future<?> alarm;
  private StreamedExchange exchange;
  private String traceparent = "";
  private GrpcDuplexCall call;
  private boolean busy = true;
  private boolean clientDone;
  private boolean databaseTold;
  private boolean headed;
  private boolean over;
  private int asked;
  private int answered;

  GrpcDuplexStream(
      StreamAnswerer answerer,
      Dialogue.Form form,
      Client client,
      WireLimits limits,
      Connections connections) {
    this.answerer = answerer;
    this.form = form;
    this.client = client;
    this.limits = limits;
    this.connections = connections;
    this.messages = new GrpcMessages(limits.bodyBytesMax());
    this.held = new Held(connections.bodies());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    began = System.nanoTime();
    ctx.channel().config().setAutoRead(false);
    silence = new Deadline(ctx.executor(), () -> late("nothing is said for too long"));
    trickle = new Deadline(ctx.executor(), () -> late("a message does not come to its end"));
    reading = new Deadline(ctx.executor(), () -> context.close());
    silence.within(limits.idleTime());
    connections.began();
  }

  private void late(String why) {
    refuse(new Refusal(Refusal.Kind.TIMED_OUT, why));
  }

  // --- The client's messages ---

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object frame) {
    try {
      if (!over) {
        take(frame);
        pump();
      }
    } catch (RefusedException e) {
      refuse(e.refusal());
    } finally {
      ReferenceCountUtil.release(frame);
    }
  }

  private void take(Object frame) throws RefusedException {
    switch (frame) {
      case Http2HeadersFrame headers -> {
        if (head != null) {
          throw HeaderFields.malformed("there are headers after the body");
        }
        clientDone = headers.isEndStream();
        begin(Http2Request.of(headers.headers()));
      }
      case Http2DataFrame data -> {
        boolean midway = messages.midway();
        messages.add(data.content());
        held.grow(messages.size());
        clientDone = data.isEndStream();
        if (clientDone && messages.midway()) {
          throw HeaderFields.malformed("the message is not as long as its prefix says");
        }
        if (!messages.midway()) {
          trickle.none();
        } else if (!midway) {
          trickle.within(limits.requestTime());
        }
      }
      default -> {
        // What else there is says nothing about the call.
      }
    }
  }

  private void begin(Http2Request request) throws RefusedException {
    head = GrpcHead.of(request);
    Asker asker = client.asker(head.secret(), head.traceparent());
    head.timeout().ifPresent(this::setAlarm);
    answerer
        .begin(
            asker,
            head.service(),
            head.method(),
            limits.depthMax(),
            refusal -> onLoop(() -> refuse(refusal)))
        .whenComplete((begun, failure) -> onLoop(() -> begun(begun, failure)));
  }

  private void setAlarm(Duration time) {
    alarm =
        context
            .executor()
            .schedule(() -> late("the deadline is over"), time.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void begun(StreamAnswerer.Begun begun, Throwable failure) {
    if (failure != null) {
      refuse(refusal(failure));
      return;
    }
    exchange = begun.exchange();
    traceparent = begun.traceparent();
    if (over) {
      exchange.over(Optional.empty(), /* wholly= */ false);
      return;
    }
    busy = false;
    pump();
  }

  /** Goes on with the next message, or asks for more of them. */
  private void pump() {
    if (over || busy) {
      return;
    }
    byte[] message = messages.poll();
    if (message != null) {
      ask(message);
    } else if (clientDone && asked == 0) {
      refuse(new Refusal(Refusal.Kind.MALFORMED, "there is no message"));
    } else {
      if (clientDone && !databaseTold) {
        databaseTold = true;
        call.done();
      }
      context.read(); // after the last message, to be told when the client goes
    }
  }

  private void ask(byte[] message) {
    if (form == Dialogue.Form.SERVER && asked > 0) {
      refuse(new Refusal(Refusal.Kind.MALFORMED, "the call takes one message, and there are two"));
      return;
    }
    asked++;
    busy = true;
    silence.within(limits.idleTime());
    exchange
        .question(message)
        .whenComplete((question, failure) -> onLoop(() -> tell(question, failure)));
  }

  private void tell(byte[] question, Throwable failure) {
    if (over) {
      return;
    }
    if (failure != null) {
      refuse(refusal(failure));
      return;
    }
    if (call == null) {
      call =
          answerer
              .database()
              .call(
                  new GrpcUpstreamStream.Start(
                      head.service(), head.method(), traceparent, timeLeft()),
                  this);
    }
    if (over) {
      return; // it could not even be begun
    }
    call.send(question).whenComplete((v, f) -> onLoop(() -> told(f)));
  }

  private Optional<Duration> timeLeft() {
    return head.timeout().map(t -> t.minusNanos(System.nanoTime() - began));
  }

  private void told(Throwable failure) {
    if (over || failure != null) {
      return; // why it failed is told by the call
    }
    busy = false;
    if (messages.size() == 0) {
      held.release();
    }
    pump();
  }

  // --- The database's messages ---

  @Override
  public void message(byte[] message, Runnable taken) {
    if (over) {
      return;
    }
    byte[] shown;
    try {
      if (form == Dialogue.Form.CLIENT && answered > 0) {
        throw new RefusedException(Refusal.Kind.WITHHELD, "the database answers twice");
      }
      shown = exchange.answer(message);
    } catch (RefusedException e) {
      refuse(e.refusal());
      return;
    } catch (RuntimeException e) {
      refuse(new Refusal(Refusal.Kind.WITHHELD, "the database's answer cannot be shown"));
      return;
    }
    answered++;
    silence.within(limits.idleTime());
    if (!headed) {
      headed = true;
      context.write(new DefaultHttp2HeadersFrame(answerHeaders()));
    }
    reading.within(limits.answerTime());
    context
        .writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(GrpcFraming.framed(shown))))
        .addListener(
            f -> {
              if (f.isSuccess() && !over) {
                reading.none();
                taken.run();
              }
            });
  }

  private static Http2Headers answerHeaders() {
    return new DefaultHttp2Headers().status("200").set("content-type", GrpcHead.CONTENT_TYPE);
  }

  @Override
  public void ended(GrpcAnswer status) {
    if (!over) {
      end(exchange.end(status), Optional.empty());
    }
  }

  @Override
  public void failed(Throwable why) {
    if (!over) {
      refuse(new Refusal(Refusal.Kind.UNAVAILABLE, "the database does not answer"));
    }
  }

  // --- The end ---

  private static Refusal refusal(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof RefusedException refused
        ? refused.refusal()
        : new Refusal(Refusal.Kind.UNAVAILABLE, "the request failed");
  }

  private void refuse(Refusal refusal) {
    if (!over) {
      end(answerer.refuse(refusal), Optional.of(refusal));
    }
  }

  private void end(GrpcAnswer answer, Optional<Refusal> refusal) {
    leave();
    Http2Headers trailers =
        GrpcStream.trailers(headed ? new DefaultHttp2Headers() : answerHeaders(), answer);
    if (exchange != null && !exchange.explanation().isEmpty()) {
      trailers.set(Http1Connection.EXPLAIN, exchange.explanation());
    }
    reading.within(limits.answerTime());
    context
        .writeAndFlush(new DefaultHttp2HeadersFrame(trailers, /* endStream= */ true))
        .addListener(
            (ChannelFutureListener)
                f -> {
                  reading.none();
                  recordEnd(refusal, f.isSuccess());
                  if (!clientDone) {
                    f.channel()
                        .writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR))
                        .addListener(ChannelFutureListener.CLOSE);
                  }
                });
  }

  /** Nothing more is taken from either end. */
  private void leave() {
    over = true;
    silence.none();
    trickle.none();
    held.release();
    connections.ended();
    if (alarm != null) {
      alarm.cancel(false);
    }
    if (call != null) {
      call.cancel();
    }
  }

  private void recordEnd(Optional<Refusal> refusal, boolean wholly) {
    if (exchange != null) {
      exchange.over(refusal, wholly);
    }
  }

  private void gone() {
    if (!over) {
      leave();
      recordEnd(Optional.empty(), /* wholly= */ false);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof Http2ResetFrame) {
      gone();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    reading.none();
    gone();
  }

  private void onLoop(Runnable work) {
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
