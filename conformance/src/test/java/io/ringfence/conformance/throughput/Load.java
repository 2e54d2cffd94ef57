package io.ringfence.conformance.throughput;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that keep their connections, over TLS 1.3 with a certificate each: every one asks, waits
 * for the answer, and asks again. All of them run on one thread.
 */
final class Load implements AutoCloseable {
  private static final int REQUESTS_PER_TOKEN = 100;
  private static final int DIFFERENT_REQUESTS = 256;
  private static final int ANSWER_BYTES_MAX = 1 << 20;
  private static final Duration CONNECT_MAX = Duration.ofSeconds(20);
  private static final Duration LAST_ANSWER_MAX = Duration.ofSeconds(10);

  private final Searches searches;
  private final Optional<TokenSupply> tokens;
  private final List<byte[]> requests = new ArrayList<>();
  private final List<Client> clients = new ArrayList<>();
  private final AtomicInteger failed = new AtomicInteger();

  /** What one span of time brought: latencies in nanoseconds, ascending. */
  record Window(Duration length, long[] latencies) {
    double perSecond() {
      return latencies.length * 1e9 / length.toNanos();
    }

    /** The latency that this share of the requests does not exceed. */
    Duration quantile(double share) {
      int at = (int) Math.ceil(share * latencies.length) - 1;
      return Duration.ofNanos(latencies[Math.max(0, at)]);
    }
  }

  Load(
      Site site,
      Searches searches,
      Optional<TokenSupply> tokens,
      int connections,
      int port,
      EventLoopGroup loops,
      Sockets sockets)
      throws IOException, InterruptedException {
    this.searches = searches;
    this.tokens = tokens;
    Random random = new Random(1);
    for (int i = 0; i < DIFFERENT_REQUESTS; i++) {
      requests.add(searches.request(random).getBytes(UTF_8));
    }
    SslContext tls = site.clientTls();
    CountDownLatch ready = new CountDownLatch(connections);
    List<ChannelFuture> connected = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      Client client = new Client(random.nextInt(DIFFERENT_REQUESTS));
      clients.add(client);
      connected.add(connect(loops, sockets, tls, port, client, ready));
    }
    for (ChannelFuture future : connected) {
      future.sync();
    }
    if (!ready.await(CONNECT_MAX.toSeconds(), TimeUnit.SECONDS)) {
      throw new IOException(ready.getCount() + " of " + connections + " handshakes did not end");
    }
  }

  private static ChannelFuture connect(
      EventLoopGroup loops,
      Sockets sockets,
      SslContext tls,
      int port,
      Client client,
      CountDownLatch ready) {
    return new Bootstrap()
        .group(loops)
        .channel(sockets.client())
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                SslHandler handler = tls.newHandler(channel.alloc(), Site.SERVER, port);
                handler.handshakeFuture().addListener(f -> ready.countDown());
                channel
                    .pipeline()
                    .addLast(
                        handler,
                        new HttpClientCodec(),
                        new HttpObjectAggregator(ANSWER_BYTES_MAX),
                        client);
              }
            })
        .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  /** Every client asks as fast as it is answered. */
  Window run(Duration length) throws IOException, InterruptedException {
    return window(length, 0);
  }

  /** Together they ask so often; a latency counts from when the request was due. */
  Window paced(Duration length, double perSecond) throws IOException, InterruptedException {
    return window(length, (long) (clients.size() * 1e9 / perSecond));
  }

  private Window window(Duration length, long apart) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    long end = begin + length.toNanos();
    CountDownLatch done = new CountDownLatch(clients.size());
    for (int i = 0; i < clients.size(); i++) {
      Client client = clients.get(i);
      long first = begin + apart * i / clients.size();
      client.channel.eventLoop().execute(() -> client.begin(first, apart, end, done));
    }
    boolean all = done.await(length.plus(LAST_ANSWER_MAX).toMillis(), TimeUnit.MILLISECONDS);
    if (!all || failed.get() > 0) {
      throw new IOException(
          failed.get() + " requests failed, " + done.getCount() + " clients were left waiting");
    }
    long[] latencies =
        clients.stream()
            .flatMapToLong(c -> Arrays.stream(c.latencies, 0, c.count))
            .sorted()
            .toArray();
    return new Window(length, latencies);
  }

  @Override
  public void close() throws InterruptedException {
    for (Client client : clients) {
      client.channel.close().sync();
    }
  }

  /** One connection; everything in it happens on its event loop. */
  private final class Client extends SimpleChannelInboundHandler<FullHttpResponse> {
    private Channel channel;
    private int next;
    private int asked;
    private String token = "";
    private long[] latencies = new long[1024];
    private int count;
    private long due;
    private long apart;
    private long end;
    private CountDownLatch done;

    Client(int next) {
      this.next = next;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      channel = context.channel();
    }

    private void begin(long first, long between, long until, CountDownLatch latch) {
      due = first;
      apart = between;
      end = until;
      done = latch;
      count = 0;
      later();
    }

    /** Asks when it is time to, or ends. */
    private void later() {
      long now = System.nanoTime();
      if (Math.max(now, due) >= end) {
        CountDownLatch latch = done;
        done = null;
        latch.countDown();
      } else if (apart == 0 || now >= due) {
        ask(apart == 0 ? now : due);
      } else {
        channel.eventLoop().schedule(this::later, due - now, TimeUnit.NANOSECONDS);
      }
    }

    private void ask(long since) {
      due = since;
      byte[] body = requests.get(next++ % requests.size());
      FullHttpRequest request = searches.post(body);
      tokens.ifPresent(
          supply -> request.headers().set(HttpHeaderNames.AUTHORIZATION, bearer(supply)));
      channel.writeAndFlush(request);
    }

    private String bearer(TokenSupply supply) {
      if (asked++ % REQUESTS_PER_TOKEN == 0) {
        token = "Bearer " + supply.next();
      }
      return token;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse answer) {
      if (answer.status().code() != 200 || answer.content().readableBytes() < Searches.POINTS) {
        fail(answer.status() + ": " + answer.content().toString(UTF_8));
        return;
      }
      if (count == latencies.length) {
        latencies = Arrays.copyOf(latencies, 2 * count);
      }
      latencies[count++] = System.nanoTime() - due;
      due += apart;
      later();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (done != null) {
        fail("the connection was closed");
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      fail(cause.toString());
    }

    private void fail(String why) {
      if (failed.getAndIncrement() == 0) {
        System.err.println("load: " + why);
      }
      if (done != null) {
        done.countDown();
        done = null;
      }
    }
  }
}
