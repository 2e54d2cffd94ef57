package io.ringfence.gateway.wire.postgresql;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.ringfence.gateway.wire.SessionProtocol;
import io.ringfence.gateway.wire.UpstreamTls;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** The database behind the gateway: logs in to it, and cancels what it does. */
final class Database {
  private static final int CONNECT_MILLIS_MAX = 5_000;

  private final SessionProtocol.Place place;
  private final Optional<UpstreamTls> tls;

  Database(SessionProtocol.Place place) throws IOException {
    this.place = place;
    this.tls =
        place.upstream().tls()
            ? Optional.of(
                new UpstreamTls(
                    place.upstream(),
                    place.database().getAddress().getHostAddress(),
                    place.secrets(),
                    Optional.empty()))
            : Optional.empty();
  }

  /**
   * The name of the one database that is served: {@code database} among the credentials, else the
   * role's own, as PostgreSQL has it.
   */
  String name(String role) throws IOException {
    var named = place.upstream().credentials().get("database");
    return named == null ? role : place.secrets().text(named);
  }

  private Optional<String> password(String role) throws IOException {
    var own = place.upstream().credentials().get("password-" + role);
    var any = own != null ? own : place.upstream().credentials().get("password");
    return any == null ? Optional.empty() : Optional.of(place.secrets().text(any));
  }

  /**
   * A login.
   *
   * @param settings that the session begins with
   */
  record Login(String role, String database, Map<String, String> settings) {}

  /**
   * A connection that is logged in and waits; its pipeline ends with the decoder of messages.
   *
   * @param parameters what the database says of itself
   */
  record Link(Channel channel, int process, byte[] secret, Map<String, String> parameters) {}

  /** Logs in, on the event loop of the client's connection. */
  CompletionStage<Link> login(EventLoop loop, Login login) {
    CompletableFuture<Link> link = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                // Files are read here and not on the event loop.
                Optional<String> password = password(login.role());
                if (tls.isPresent()) {
                  tls.get().refresh();
                }
                // A socket belongs to the network namespace of the thread that opens it.
                loop.execute(
                    () -> connect(loop, new DatabaseLogin(login, password, tls, link), link));
              } catch (IOException | RuntimeException e) {
                link.completeExceptionally(e);
              }
            });
    return link;
  }

  private void connect(EventLoop loop, DatabaseLogin handler, CompletableFuture<Link> link) {
    new Bootstrap()
        .group(loop)
        .channel(place.transport().socketChannel())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(handler);
              }
            })
        .connect(place.database())
        .addListener(
            f -> {
              if (!f.isSuccess()) {
                link.completeExceptionally(f.cause());
              }
            });
  }

  /** Asks the database to end what a session does; nothing is answered. */
  void cancel(EventLoop loop, int process, byte[] secret) {
    new Bootstrap()
        .group(loop)
        .channel(place.transport().socketChannel())
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
        .handler(new Cancelling(process, secret, tls))
        .connect(place.database());
  }

  /** Sends one CancelRequest, inside TLS where the database is asked so. */
  private static final class Cancelling extends ChannelInboundHandlerAdapter {
    private static final int CANCEL_REQUEST = 80877102;

    private final int process;
    private final byte[] secret;
    private final Optional<UpstreamTls> tls;

    Cancelling(int process, byte[] secret, Optional<UpstreamTls> tls) {
      this.process = process;
      this.secret = secret;
      this.tls = tls;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.executor().schedule(() -> ctx.close(), CONNECT_MILLIS_MAX, TimeUnit.MILLISECONDS);
      if (tls.isPresent()) {
        ctx.writeAndFlush(DatabaseLogin.tlsRequest());
      } else {
        send(ctx);
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
      ByteBuf bytes = (ByteBuf) read;
      boolean agreed = tls.isPresent() && bytes.readableBytes() == 1 && bytes.readByte() == 'S';
      bytes.release();
      if (agreed) {
        ctx.pipeline().addFirst(tls.get().handler(ctx.alloc()));
        send(ctx);
      } else {
        ctx.close();
      }
    }

    private void send(ChannelHandlerContext ctx) {
      ByteBuf out = Unpooled.buffer();
      out.writeInt(12 + secret.length).writeInt(CANCEL_REQUEST).writeInt(process);
      out.writeBytes(secret);
      ctx.writeAndFlush(out).addListener(f -> ctx.close());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
