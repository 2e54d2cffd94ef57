package io.ringfence.conformance.throughput;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;

/** A stand-in for a database on loopback: it answers at once, and always the same. */
final class CannedDatabase implements AutoCloseable {
  private static final int BODY_BYTES_MAX = 1 << 20;

  private final Searches searches;
  private final Channel channel;
  private final ConcurrentHashMap<String, ByteBuf> made = new ConcurrentHashMap<>();

  CannedDatabase(Searches searches, EventLoopGroup loops, Sockets sockets) {
    this.searches = searches;
    channel =
        new ServerBootstrap()
            .group(loops)
            .channel(sockets.server())
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel client) {
                    client
                        .pipeline()
                        .addLast(
                            new HttpServerCodec(),
                            new HttpObjectAggregator(BODY_BYTES_MAX),
                            new Answers());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
  }

  private final class Answers extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      String key = request.method() + " " + request.uri();
      ByteBuf body =
          made.computeIfAbsent(
              key,
              k ->
                  Unpooled.unreleasableBuffer(
                      Unpooled.copiedBuffer(
                          searches.answer(request.method(), request.uri()).orElse(""), UTF_8)));
      HttpResponseStatus status =
          body.isReadable() ? HttpResponseStatus.OK : HttpResponseStatus.NOT_FOUND;
      var answer =
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body.retainedDuplicate());
      answer
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
          .setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
      context.writeAndFlush(answer);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close(); // a proxy that ends resets its connections
    }
  }
}
