package io.ringfence.gateway.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/** One thread's connections to a database; used by that thread alone. */
final class HttpLane {
  private final EventLoop loop;
  private final Upstream upstream;
  private final Bootstrap bootstrap;
  private final Deque<HttpUpstreamConnection> idle = new ArrayDeque<>();
  private final Deque<Question> waiting = new ArrayDeque<>();
  private final Overdue<Question> asked;
  private int open;

  /** A question on its way; {@code retried} when a connection was lost under it before. */
  static final class Question {
    final HttpCall call;

    /** Empty where no trace is told. */
    final String traceparent;

    final CompletableFuture<HttpAnswer> answer;
    boolean retried;

    Question(HttpCall call, String traceparent, CompletableFuture<HttpAnswer> answer) {
      this.call = call;
      this.traceparent = traceparent;
      this.answer = answer;
    }

    /** Asking it twice is as asking it once. */
    boolean repeatable() {
      return !retried && call.method().equals("GET");
    }
  }

  HttpLane(Transport transport, EventLoop loop, Upstream upstream) {
    this.loop = loop;
    this.upstream = upstream;
    this.asked = new Overdue<>(loop, upstream.answerTime(), this::late);
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
    channel.pipeline().addLast(new HttpUpstreamConnection(this, upstream));
  }

  void ask(HttpCall call, String traceparent, CompletableFuture<HttpAnswer> answer) {
    Question question = new Question(call, traceparent, answer);
    asked.add(question);
    answer.whenComplete((a, failure) -> onLoop(() -> asked.done(question)));
    send(question);
  }

  private void late(Question question) {
    waiting.remove(question);
    question.answer.completeExceptionally(new TimeoutException("no answer in time"));
  }

  /** Others may give a question up. */
  private void onLoop(Runnable work) {
    if (loop.inEventLoop()) {
      work.run();
    } else {
      loop.execute(work);
    }
  }

  void send(Question question) {
    if (question.answer.isDone()) {
      return;
    }
    HttpUpstreamConnection connection = idleConnection();
    if (connection != null) {
      connection.send(question);
    } else if (open < upstream.connectionsMax()) {
      connect(question);
    } else if (waiting.size() < upstream.waitingMax()) {
      waiting.add(question);
    } else {
      question.answer.completeExceptionally(new IOException("too many questions wait"));
    }
  }

  /** The one used last, so that those beyond need are closed. */
  private HttpUpstreamConnection idleConnection() {
    while (!idle.isEmpty()) {
      HttpUpstreamConnection connection = idle.pop();
      if (connection.fresh()) {
        return connection;
      }
      connection.close();
    }
    return null;
  }

  private void connect(Question question) {
    open++;
    ChannelFuture connecting = bootstrap.connect(upstream.socket());
    connecting.addListener(
        f -> {
          if (!f.isSuccess()) {
            open--;
            question.answer.completeExceptionally(f.cause());
            next();
            return;
          }
          Channel channel = connecting.channel();
          channel.closeFuture().addListener(c -> gone(channel));
          ready(channel, question);
        });
  }

  private void ready(Channel channel, Question question) {
    HttpUpstreamConnection connection = channel.pipeline().get(HttpUpstreamConnection.class);
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      connection.send(question);
      return;
    }
    tls.handshakeFuture()
        .addListener(
            f -> {
              if (f.isSuccess()) {
                connection.send(question);
              } else {
                question.answer.completeExceptionally(f.cause());
                channel.close();
              }
            });
  }

  private void gone(Channel channel) {
    open--;
    idle.remove(channel.pipeline().get(HttpUpstreamConnection.class));
    next();
  }

  /** Takes a connection back that has answered. */
  void release(HttpUpstreamConnection connection) {
    idle.push(connection);
    next();
  }

  private void next() {
    Question question = waiting.poll();
    while (question != null && question.answer.isDone()) {
      question = waiting.poll();
    }
    if (question != null) {
      send(question);
    }
  }
}
