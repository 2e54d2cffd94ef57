package io.ringfence.conformance.throughput;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that hold their connections (TLS 1.3, a certificate each) and search over each of them
 * every now and then.
 */
final class HeldConnections implements AutoCloseable {
  /** Handshakes at one time: with more the last would not be done within the gateway's bound. */
  private static final int HANDSHAKES_MAX = 64;

  private static final int DIFFERENT_REQUESTS = 64;
  private static final int ANSWER_BYTES_MAX = 1 << 20;
  private static final Duration CONNECT_MAX = Duration.ofSeconds(30);

  private final Searches searches;
  private final Duration every;
  private final byte[][] requests = new byte[DIFFERENT_REQUESTS][];
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private volatile boolean closing;

  /**
   * @param every how often each connection is used
   */
  HeldConnections(
      Site site,
      Searches searches,
      int count,
      Duration every,
      int port,
      EventLoopGroup loops,
      Sockets sockets)
      throws IOException, InterruptedException {
    this.searches = searches;
    this.every = every;
    Random random = new Random(1);
    for (int i = 0; i < requests.length; i++) {
      requests[i] = searches.request(random).getBytes(UTF_8);
    }
    SslContext tls = site.clientTls();
    Semaphore handshakes = new Semaphore(HANDSHAKES_MAX);
    for (int i = 0; i < count && failed.get() == 0; i++) {
      take(handshakes, 1);
      // Spread over the span, whenever the handshakes were done.
      connect(loops, sockets, tls, port, handshakes, every.toMillis() * i / count);
    }
    take(handshakes, HANDSHAKES_MAX);
    if (failed.get() > 0) {
      throw new IOException(failed + " connections failed");
    }
  }

  private static void take(Semaphore handshakes, int count)
      throws IOException, InterruptedException {
    if (!handshakes.tryAcquire(count, CONNECT_MAX.toSeconds(), TimeUnit.SECONDS)) {
      throw new IOException("handshakes do not end");
    }
  }

  private void connect(
      EventLoopGroup loops,
      Sockets sockets,
      SslContext tls,
      int port,
      Semaphore handshakes,
      long offsetMillis) {
    new Bootstrap()
        .group(loops)
        .channel(sockets.client())
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                SslHandler handler = tls.newHandler(channel.alloc(), Site.SERVER, port);
                handler.setHandshakeTimeoutMillis(CONNECT_MAX.toMillis());
                handler
                    .handshakeFuture()
                    .addListener(
                        f -> {
                          if (f.isSuccess()) {
                            open.add(channel);
                          }
                          handshakes.release(); // last: whoever has all of them counts
                        });
                channel
                    .pipeline()
                    .addLast(
                        handler,
                        new HttpClientCodec(),
                        new HttpObjectAggregator(ANSWER_BYTES_MAX),
                        new Client(offsetMillis));
              }
            })
        .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .addListener(
            f -> {
              if (!f.isSuccess()) {
                handshakes.release();
                fail(f.cause().toString());
              }
            });
  }

  int open() {
    return open.size();
  }

  long answered() {
    return answered.get();
  }

  long failed() {
    return failed.get();
  }

  private void fail(String why) {
    if (!closing && failed.getAndIncrement() == 0) {
      System.err.println("soak: " + why);
    }
  }

  @Override
  public void close() {
    closing = true;
    open.forEach(Channel::close);
  }

  /** One connection; everything in it happens on its event loop. */
  private final class Client extends SimpleChannelInboundHandler<FullHttpResponse> {
    private final long offsetMillis;
    private int next;

    Client(long offsetMillis) {
      this.offsetMillis = offsetMillis;
      this.next = (int) (offsetMillis % DIFFERENT_REQUESTS);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.executor()
          .scheduleAtFixedRate(
              () -> ask(ctx), 100 + offsetMillis, every.toMillis(), TimeUnit.MILLISECONDS);
      ctx.fireChannelActive();
    }

    private void ask(ChannelHandlerContext ctx) {
      if (!ctx.channel().isActive() || closing) {
        return;
      }
      ctx.writeAndFlush(searches.post(requests[next++ % DIFFERENT_REQUESTS]));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse answer) {
      if (answer.status().code() == 200) {
        answered.incrementAndGet();
      } else {
        fail(answer.status() + ": " + answer.content().toString(UTF_8));
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      open.remove(ctx.channel());
      fail("a connection was closed");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      fail(cause.toString());
      ctx.close();
    }
  }
}
