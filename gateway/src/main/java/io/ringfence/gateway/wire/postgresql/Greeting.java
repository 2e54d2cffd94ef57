package io.ringfence.gateway.wire.postgresql;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.ringfence.gateway.engine.postgresql.PostgresqlGuard;
import io.ringfence.gateway.engine.postgresql.Settings;
import io.ringfence.gateway.engine.postgresql.SqlError;
import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.wire.Asker;
import io.ringfence.gateway.wire.Client;
import io.ringfence.gateway.wire.Connections;
import io.ringfence.gateway.wire.ServerTls;
import io.ringfence.gateway.wire.SessionProtocol;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What comes before a session: TLS, the startup message, who it is, the database's login.
 *
 * <p>INVARIANT (no password in the clear): nothing is asked of a client before TLS where the
 * gateway has it, and no password ever outside it.
 */
final class Greeting extends ChannelInboundHandlerAdapter {
  /** The database takes 10,000 with what the gateway says beside. */
  static final int STARTUP_BYTES_MAX = 8_000;

  static final int PASSWORD_BYTES_MAX = 16 << 10;

  private static final int GREETING_SECONDS_MAX = 15;
  private static final int TLS_REQUEST = 80877103;
  private static final int GSS_REQUEST = 80877104;
  private static final int CANCEL_REQUEST = 80877102;
  private static final byte TLS_RECORD = 0x16;

  private final SessionProtocol.Place place;
  private final Database database;
  private final CancelKeys keys;
  private final Optional<ServerTls> tls;
  private final Set<PostgresqlGuard> guards;
  private ByteBuf held;
  private boolean direct;
  private boolean askedTls;
  private boolean askedGss;
  private boolean over;
  private Startup startup;

  Greeting(
      SessionProtocol.Place place,
      Database database,
      CancelKeys keys,
      Optional<ServerTls> tls,
      Set<PostgresqlGuard> guards) {
    this.place = place;
    this.database = database;
    this.keys = keys;
    this.tls = tls;
    this.guards = guards;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    held = ctx.alloc().buffer();
    ctx.executor()
        .schedule(
            () -> {
              if (!over) {
                ctx.close();
              }
            },
            GREETING_SECONDS_MAX,
            TimeUnit.SECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    held.release();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object read) {
    ByteBuf bytes = (ByteBuf) read;
    try {
      if (held.readableBytes() + bytes.readableBytes() > PASSWORD_BYTES_MAX + STARTUP_BYTES_MAX) {
        throw new ProtocolViolation("too much before a session");
      }
      held.writeBytes(bytes);
      bytes.release();
      while (!over && next(ctx)) {
        continue;
      }
    } catch (ProtocolViolation e) {
      ctx.close();
    }
  }

  /** Handles what is held; false when it waits for more. */
  private boolean next(ChannelHandlerContext ctx) throws ProtocolViolation {
    if (!held.isReadable()) {
      return false;
    }
    if (startup != null) {
      return password(ctx);
    }
    if (!encrypted(ctx) && !askedTls && held.getByte(held.readerIndex()) == TLS_RECORD) {
      beginDirectly(ctx);
      return false;
    }
    return packet(ctx);
  }

  private static boolean encrypted(ChannelHandlerContext ctx) {
    return ctx.pipeline().get(SslHandler.class) != null;
  }

  private boolean packet(ChannelHandlerContext ctx) throws ProtocolViolation {
    if (held.readableBytes() < 8) {
      return false;
    }
    int length = held.getInt(held.readerIndex());
    if (length < 8 || length > STARTUP_BYTES_MAX) {
      throw new ProtocolViolation("a startup message has at most " + STARTUP_BYTES_MAX + " bytes");
    }
    if (held.readableBytes() < length) {
      return false;
    }
    held.skipBytes(4);
    int code = held.readInt();
    ByteBuf body = held.readSlice(length - 8);
    switch (code) {
      case TLS_REQUEST -> tls(ctx);
      case GSS_REQUEST -> gss(ctx);
      case CANCEL_REQUEST -> cancel(ctx, body);
      default -> startup(ctx, code, body);
    }
    return true;
  }

  // --- TLS ---

  private void tls(ChannelHandlerContext ctx) throws ProtocolViolation {
    // INVARIANT (nothing before TLS): what follows the request in the clear is not taken for what
    // came inside.
    if (askedTls || encrypted(ctx) || held.isReadable()) {
      throw new ProtocolViolation("TLS is asked for out of place");
    }
    askedTls = true;
    ctx.writeAndFlush(ctx.alloc().buffer(1).writeByte(tls.isPresent() ? 'S' : 'N'));
    tls.ifPresent(t -> ctx.pipeline().addFirst(t.handler(ctx.alloc(), ServerTls.Alpn.POSTGRESQL)));
  }

  private void beginDirectly(ChannelHandlerContext ctx) throws ProtocolViolation {
    if (tls.isEmpty()) {
      throw new ProtocolViolation("there is no TLS here");
    }
    direct = true;
    ctx.pipeline().addFirst(tls.get().handler(ctx.alloc(), ServerTls.Alpn.POSTGRESQL));
    ByteBuf begun = held;
    held = ctx.alloc().buffer();
    ctx.pipeline().fireChannelRead(begun);
  }

  private void gss(ChannelHandlerContext ctx) throws ProtocolViolation {
    if (askedGss || encrypted(ctx) || held.isReadable()) {
      throw new ProtocolViolation("GSS is asked for out of place");
    }
    askedGss = true;
    ctx.writeAndFlush(ctx.alloc().buffer(1).writeByte('N'));
  }

  private void cancel(ChannelHandlerContext ctx, ByteBuf body) throws ProtocolViolation {
    int process = Fields.int32(body);
    if (body.readableBytes() > 256) {
      throw new ProtocolViolation("a key has at most 256 bytes");
    }
    byte[] secret = new byte[body.readableBytes()];
    body.readBytes(secret);
    over = true;
    keys.find(process, secret).ifPresent(Runnable::run);
    ctx.close();
  }

  // --- Who ---

  private void startup(ChannelHandlerContext ctx, int version, ByteBuf body)
      throws ProtocolViolation {
    try {
      if (tls.isPresent() && !encrypted(ctx)) {
        throw new RefusedException(Refusal.Kind.UNAUTHENTICATED, "connections are made over TLS");
      }
      if (direct) {
        requireAgreed(ctx);
      }
      startup = Startup.read(version, body);
      if (startup.negotiates()) {
        negotiate(ctx);
      }
      Client client = Client.of(ctx.channel());
      Asker asker = client.asker(Optional.empty());
      Optional<Caller> caller = byCertificate(client, asker);
      if (caller.isPresent()) {
        welcome(ctx, asker, caller.get());
      } else {
        askPassword(ctx, client);
      }
    } catch (RefusedException e) {
      refuse(ctx, e.refusal());
    }
  }

  private static void requireAgreed(ChannelHandlerContext ctx) throws ProtocolViolation {
    if (!"postgresql".equals(ctx.pipeline().get(SslHandler.class).applicationProtocol())) {
      throw new ProtocolViolation("TLS without asking for it agrees on `postgresql`");
    }
  }

  /** Empty where a password may still say who it is. */
  private Optional<Caller> byCertificate(Client client, Asker asker) throws RefusedException {
    try {
      Caller caller = place.reception().get().caller(asker);
      boolean good = Role.of(caller).name().equals(startup.user());
      return good || !client.encrypted() ? Optional.of(caller) : Optional.empty();
    } catch (RefusedException e) {
      if (client.encrypted()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static void askPassword(ChannelHandlerContext ctx, Client client)
      throws RefusedException {
    if (!client.encrypted()) {
      throw new RefusedException(Refusal.Kind.UNAUTHENTICATED, "passwords are taken over TLS only");
    }
    ByteBuf out = ctx.alloc().buffer();
    int begun = Fields.begin(out, 'R');
    out.writeInt(3);
    Fields.end(out, begun);
    ctx.writeAndFlush(out);
  }

  private boolean password(ChannelHandlerContext ctx) throws ProtocolViolation {
    if (held.readableBytes() < 5) {
      return false;
    }
    int length = held.getInt(held.readerIndex() + 1);
    if (held.getByte(held.readerIndex()) != 'p' || length < 5 || length > PASSWORD_BYTES_MAX) {
      throw new ProtocolViolation("a password is expected");
    }
    if (held.readableBytes() < length + 1) {
      return false;
    }
    held.skipBytes(5);
    ByteBuf body = held.readSlice(length - 4);
    String secret = Fields.text(body);
    Fields.requireEnd(body);
    try {
      Asker asker = Client.of(ctx.channel()).asker(Optional.of(secret));
      try {
        welcome(ctx, asker, place.reception().get().caller(asker));
      } catch (RefusedException e) {
        refuse(ctx, asker, e.refusal());
      }
    } catch (RefusedException e) {
      refuse(ctx, e.refusal());
    }
    return true;
  }

  private void negotiate(ChannelHandlerContext ctx) {
    ByteBuf out = ctx.alloc().buffer();
    int begun = Fields.begin(out, 'v');
    out.writeInt(3 << 16 | startup.spoken());
    out.writeInt(startup.unknown().size());
    startup.unknown().forEach(n -> Fields.text(out, n));
    Fields.end(out, begun);
    ctx.writeAndFlush(out);
  }

  // --- The database ---

  private void welcome(ChannelHandlerContext ctx, Asker asker, Caller caller)
      throws RefusedException {
    Role role = Role.of(caller);
    String served;
    try {
      served = database.name(role.name());
    } catch (IOException e) {
      throw new RefusedException(Refusal.Kind.UNAVAILABLE, "the database is not known");
    }
    if (!startup.user().equals(role.name()) || !startup.database().equals(served)) {
      throw new RefusedException(
          Refusal.Kind.UNAUTHENTICATED, "this caller is not that user of that database");
    }
    over = true;
    ctx.channel().config().setAutoRead(false);
    Map<String, String> settings = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    settings.putAll(startup.settings());
    settings.putAll(Settings.pinned(caller.scope(), place.bounds().get().time().toMillis()));
    database
        .login(ctx.channel().eventLoop(), new Database.Login(role.name(), served, settings))
        .whenCompleteAsync(
            (link, failure) -> {
              if (failure != null) {
                place.notes().accept(String.valueOf(failure.getMessage()));
                refuse(ctx, unavailable());
              } else if (!ctx.channel().isActive()) {
                link.channel().close();
              } else {
                begin(ctx, asker, role, caller.name(), link);
              }
            },
            ctx.executor());
  }

  private static Refusal unavailable() {
    return new Refusal(Refusal.Kind.UNAVAILABLE, "the database does not answer");
  }

  private void begin(
      ChannelHandlerContext ctx, Asker asker, Role role, String caller, Database.Link link) {
    Channel client = ctx.channel();
    Runnable cancel = () -> database.cancel(client.eventLoop(), link.process(), link.secret());
    CancelKeys.Issued key =
        keys.issue(startup.spoken() == 0 ? CancelKeys.SHORT : CancelKeys.LONG, cancel);
    client.closeFuture().addListener(f -> keys.withdraw(key));
    Session session =
        new Session(
            client,
            link.channel(),
            new Judge(place.reception(), asker),
            role,
            caller,
            place.streams(),
            cancel,
            place.bounds().get().time(),
            guards);
    ByteBuf rest = held.readRetainedSlice(held.readableBytes());
    ctx.pipeline().addLast(new MessageDecoder(messageBytesMax(), place.bodies()), session);
    link.channel().pipeline().get(MessageDecoder.class).rowsTogether();
    link.channel().pipeline().addLast(session.answers());
    ctx.writeAndFlush(greeting(ctx, link, key));
    ctx.fireChannelRead(rest);
    ctx.fireChannelReadComplete();
    ctx.pipeline().remove(this);
    link.channel().config().setAutoRead(true);
    client.config().setAutoRead(true);
  }

  /** A message is what a request is elsewhere. */
  private int messageBytesMax() {
    return (int) Math.min(place.bounds().get().bodyBytes(), 1 << 30);
  }

  private static ByteBuf greeting(
      ChannelHandlerContext ctx, Database.Link link, CancelKeys.Issued key) {
    ByteBuf out = ctx.alloc().buffer();
    int begun = Fields.begin(out, 'R');
    out.writeInt(0);
    Fields.end(out, begun);
    link.parameters()
        .forEach(
            (name, value) -> {
              if (Answers.parameter(name)) {
                int at = Fields.begin(out, 'S');
                Fields.text(out, name);
                Fields.text(out, value);
                Fields.end(out, at);
              }
            });
    begun = Fields.begin(out, 'K');
    out.writeInt(key.process()).writeBytes(key.secret());
    Fields.end(out, begun);
    begun = Fields.begin(out, 'Z');
    out.writeByte('I');
    Fields.end(out, begun);
    return out;
  }

  // --- Refusing ---

  private void refuse(ChannelHandlerContext ctx, Refusal refusal) {
    Asker asker;
    try {
      asker = Client.of(ctx.channel()).asker(Optional.empty());
    } catch (RefusedException e) {
      ctx.close();
      return;
    }
    refuse(ctx, asker, refusal);
  }

  private void refuse(ChannelHandlerContext ctx, Asker asker, Refusal refusal) {
    over = true;
    place
        .reception()
        .get()
        .unknown(asker, refusal)
        .whenCompleteAsync(
            (done, failure) -> {
              ByteBuf out = ctx.alloc().buffer();
              Refusal told = failure == null ? refusal : Refusal.UNRECORDED;
              ErrorMessage.write(out, 'E', SqlError.of(told).fatal());
              ctx.writeAndFlush(out).addListener(f -> ctx.close());
            },
            ctx.executor());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == Connections.Drain.NOW) {
      ctx.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
