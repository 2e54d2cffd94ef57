package io.ringfence.gateway.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.ringfence.gateway.request.GrpcAnswer;
import io.ringfence.gateway.request.GrpcCall;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** One thread's connection in HTTP/2 to a database; used by that thread alone. */
final class GrpcLane {
  private static final int WINDOW_BYTES = 1 << 20;

  private final EventLoop loop;
  private final Upstream upstream;
  private final Bootstrap bootstrap;
  private final Deque<Question> waiting = new ArrayDeque<>();
  private Channel connection;
  private boolean ready;
  private long heardAt;
  private int asking;

  /**
   * A call that is to be made.
   *
   * @param stream what its stream is handled by
   * @param begin begins it on its stream
   * @param over done when it is over; to fail it ends it
   */
  private record Question(
      ChannelHandler stream, Consumer<Http2StreamChannel> begin, CompletableFuture<?> over) {}

  GrpcLane(Transport transport, EventLoop loop, Upstream upstream) {
    this.loop = loop;
    this.upstream = upstream;
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(transport.socketChannel())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) upstream.connectTime().toMillis())
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    begin(channel);
                  }
                });
  }

  private void begin(Channel channel) {
    upstream
        .tls()
        .ifPresent(
            tls -> {
              SslHandler handler = tls.handler(channel.alloc());
              handler.setHandshakeTimeoutMillis(upstream.connectTime().toMillis());
              channel.pipeline().addLast(handler);
            });
    channel
        .pipeline()
        .addLast(
            new Hearing(),
            Http2FrameCodecBuilder.forClient()
                .initialSettings(
                    Http2Settings.defaultSettings()
                        .pushEnabled(false)
                        .maxHeaderListSize(WireLimits.HEAD_BYTES_MAX)
                        .initialWindowSize(WINDOW_BYTES))
                .validateHeaders(true)
                .build(),
            new Http2MultiplexHandler(new Refusing()),
            new Settled());
  }

  /** Notes when the server was heard last. */
  private final class Hearing extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
      if (ctx.channel() == connection) {
        heardAt = System.nanoTime();
      }
      ctx.fireChannelRead(bytes);
    }
  }

  /** The connection's own frames: when the server has said its settings, it may be asked. */
  private final class Settled extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
      if (frame instanceof Http2SettingsFrame && ctx.channel() == connection && !ready) {
        ready = true;
        sendWaiting();
      }
      ReferenceCountUtil.release(frame);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  /** A server opens no streams. */
  private static final class Refusing extends ChannelInboundHandlerAdapter {
    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.close();
    }
  }

  void ask(GrpcCall call, String traceparent, CompletableFuture<GrpcAnswer> answer) {
    if (full(answer)) {
      return;
    }
    Future<?> alarm =
        loop.schedule(() -> late(answer), upstream.answerTime().toNanos(), TimeUnit.NANOSECONDS);
    answer.whenComplete((a, f) -> alarm.cancel(false));
    GrpcUpstreamStream stream = new GrpcUpstreamStream(upstream, call, traceparent, answer);
    begin(new Question(stream, stream::send, answer));
  }

  /**
   * No answer came in time. A connection over which nothing came all that while may be dead, and
   * others would wait there in vain: the next question goes over another. What is under way on it
   * has as long as any question.
   */
  private void late(CompletableFuture<GrpcAnswer> answer) {
    boolean failed = answer.completeExceptionally(new TimeoutException("no answer in time"));
    long time = upstream.answerTime().toNanos();
    if (failed && ready && System.nanoTime() - heardAt >= time) {
      Channel old = connection;
      connection = null;
      ready = false;
      loop.schedule(() -> old.close(), time, TimeUnit.NANOSECONDS);
    }
  }

  /** A call that streams; how long it may take is its peer's to say. */
  GrpcDuplexCall call(GrpcUpstreamStream.Start start, GrpcDuplexCall.Peer peer) {
    GrpcDuplexCall call = new GrpcDuplexCall(upstream, start, peer);
    if (!full(call.over())) {
      begin(new Question(call, call::begin, call.over()));
    }
    return call;
  }

  private boolean full(CompletableFuture<?> over) {
    boolean full = asking + waiting.size() >= upstream.waitingMax();
    if (full) {
      over.completeExceptionally(new IOException("too many questions wait"));
    }
    return full;
  }

  private void begin(Question question) {
    if (ready) {
      send(question);
    } else {
      waiting.add(question);
      connect();
    }
  }

  private void connect() {
    if (connection != null) {
      return;
    }
    ChannelFuture connecting = bootstrap.connect(upstream.socket());
    connection = connecting.channel();
    connection.closeFuture().addListener(f -> gone(connecting.channel(), connecting.cause()));
    loop.schedule(
        () -> {
          if (connection == connecting.channel() && !ready) {
            connection.close();
          }
        },
        upstream.connectTime().toNanos(),
        TimeUnit.NANOSECONDS);
  }

  private void gone(Channel channel, Throwable why) {
    if (channel != connection) {
      return;
    }
    connection = null;
    ready = false;
    IOException failure = new IOException("the database is not reached", why);
    Question question = waiting.poll();
    while (question != null) {
      question.over().completeExceptionally(failure);
      question = waiting.poll();
    }
  }

  private void sendWaiting() {
    Question question = waiting.poll();
    while (question != null) {
      send(question);
      question = waiting.poll();
    }
  }

  private void send(Question question) {
    if (question.over().isDone()) {
      return;
    }
    asking++;
    question.over().whenComplete((a, f) -> loopDo(() -> asking--));
    new Http2StreamChannelBootstrap(connection)
        .handler(question.stream())
        .open()
        .addListener(
            (Future<Http2StreamChannel> f) -> {
              if (f.isSuccess()) {
                question.begin().accept(f.getNow());
              } else {
                question.over().completeExceptionally(new IOException(f.cause()));
              }
            });
  }

  private void loopDo(Runnable work) {
    if (loop.inEventLoop()) {
      work.run();
    } else {
      loop.execute(work);
    }
  }
}
