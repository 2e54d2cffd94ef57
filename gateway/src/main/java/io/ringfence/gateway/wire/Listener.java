package io.ringfence.gateway.wire;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.ringfence.gateway.request.GrpcAnswer;
import io.ringfence.gateway.request.GrpcCall;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Supplier;

/** A socket that clients connect to, and what is spoken over it. */
public final class Listener implements AutoCloseable {
  private static final int BACKLOG = 1024;

  private final Channel channel;

  private Listener(Channel channel) {
    this.channel = channel;
  }

  /** What clients speak there. */
  public sealed interface Speech {
    /** REST over HTTP/1.1 and HTTP/2. */
    record Http(Answerer<HttpCall, HttpAnswer> answerer) implements Speech {}

    /**
     * gRPC.
     *
     * @param streaming where some methods stream
     */
    record Grpc(Answerer<GrpcCall, GrpcAnswer> answerer, Optional<StreamAnswerer> streaming)
        implements Speech {
      /** Where all methods are unary. */
      public Grpc(Answerer<GrpcCall, GrpcAnswer> answerer) {
        this(answerer, Optional.empty());
      }
    }

    /** A protocol with its own way of beginning TLS; it takes the whole connection. */
    record Own(ConnectionOpener opener) implements Speech {}
  }

  /** Fits out the connections of a protocol of its own. */
  @FunctionalInterface
  public interface ConnectionOpener {
    /** Adds the handlers to a connection that is admitted and whose TLS has not begun. */
    void open(Channel channel, Optional<ServerTls> tls);
  }

  /** Listens with bounds that stay. */
  public static Listener open(
      Transport transport,
      InetSocketAddress socket,
      Speech speech,
      Optional<ServerTls> tls,
      WireLimits limits,
      Connections connections)
      throws IOException {
    return open(transport, socket, speech, tls, () -> limits, connections);
  }

  /**
   * Listens.
   *
   * @param tls absent where clients speak in the clear
   * @param limits those of the moment at which a connection begins
   * @throws IOException when the address is not this machine's, or taken
   */
  public static Listener open(
      Transport transport,
      InetSocketAddress socket,
      Speech speech,
      Optional<ServerTls> tls,
      Supplier<WireLimits> limits,
      Connections connections)
      throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(transport.group())
            .channel(transport.serverChannel())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (!connections.admit(channel)) {
                      channel.close();
                      return;
                    }
                    begin(channel, speech, tls, limits.get(), connections);
                  }
                })
            .bind(socket)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen at "
              + socket.getAddress().getHostAddress()
              + ":"
              + socket.getPort()
              + ": "
              + bound.cause().getMessage(),
          bound.cause());
    }
    return new Listener(bound.channel());
  }

  private static void begin(
      Channel channel,
      Speech speech,
      Optional<ServerTls> tls,
      WireLimits limits,
      Connections connections) {
    if (speech instanceof Speech.Own own) {
      own.opener().open(channel, tls);
      return;
    }
    ChannelPipeline pipeline = channel.pipeline();
    boolean grpc = speech instanceof Speech.Grpc;
    if (tls.isPresent()) {
      SslHandler handler =
          tls.get().handler(channel.alloc(), grpc ? ServerTls.Alpn.GRPC : ServerTls.Alpn.HTTP);
      handler.setHandshakeTimeoutMillis(limits.handshakeTime().toMillis());
      pipeline.addLast(handler, new Negotiated(speech, limits, connections));
    } else {
      speak(pipeline, speech, grpc, limits, connections);
    }
  }

  private static void speak(
      ChannelPipeline pipeline,
      Speech speech,
      boolean http2,
      WireLimits limits,
      Connections connections) {
    Client client = Client.of(pipeline.channel());
    switch (speech) {
      case Speech.Http http when !http2 ->
          pipeline.addLast(new Http1Connection(http.answerer(), client, limits, connections));
      case Speech.Http http ->
          Http2Streams.install(
              pipeline, limits, () -> new HttpStream(http.answerer(), client, limits, connections));
      case Speech.Grpc grpc ->
          Http2Streams.install(pipeline, limits, () -> call(grpc, client, limits, connections));
      case Speech.Own own -> throw new IllegalStateException("it takes the whole connection");
    }
  }

  private static ChannelHandler call(
      Speech.Grpc grpc, Client client, WireLimits limits, Connections connections) {
    Supplier<ChannelHandler> unary =
        () -> new GrpcStream(grpc.answerer(), client, limits, connections);
    return grpc.streaming()
        .<ChannelHandler>map(
            s ->
                new GrpcForms(
                    s, unary, form -> new GrpcDuplexStream(s, form, client, limits, connections)))
        .orElseGet(unary);
  }

  /** Waits for the handshake, then speaks what was agreed on in it. */
  private static final class Negotiated extends ChannelInboundHandlerAdapter {
    private final Speech speech;
    private final WireLimits limits;
    private final Connections connections;

    Negotiated(Speech speech, WireLimits limits, Connections connections) {
      this.speech = speech;
      this.limits = limits;
      this.connections = connections;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent handshake) {
        agreed(ctx, handshake.isSuccess());
      } else if (event == Connections.Drain.NOW) {
        ctx.close();
      } else {
        ctx.fireUserEventTriggered(event);
      }
    }

    private void agreed(ChannelHandlerContext ctx, boolean success) {
      String protocol = ctx.pipeline().get(SslHandler.class).applicationProtocol();
      boolean http2 = "h2".equals(protocol);
      if (!success || (speech instanceof Speech.Grpc && !http2)) {
        ctx.close();
        return;
      }
      speak(ctx.pipeline(), speech, http2, limits, connections);
      ctx.pipeline().remove((ChannelHandler) this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  /** Where it listens; the port that the machine chose where none was asked for. */
  public InetSocketAddress socket() {
    return (InetSocketAddress) channel.localAddress();
  }

  /** Takes no more connections; those that are open stay. */
  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
  }
}
