package io.ringfence.gateway.wire.postgresql;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.ringfence.gateway.wire.UpstreamTls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Logs in to the database: TLS where it is asked for, the startup message, SCRAM. It takes no
 * weaker way: neither clear text nor MD5.
 */
final class DatabaseLogin extends ChannelInboundHandlerAdapter {
  private static final int TLS_REQUEST = 80877103;
  private static final int PROTOCOL = 3 << 16;
  private static final int LOGIN_SECONDS_MAX = 10;
  private static final int MESSAGE_BYTES_MAX = 64 << 20;
  private static final int PARAMETERS_MAX = 100;

  private final Database.Login login;
  private final Optional<String> password;
  private final Optional<UpstreamTls> tls;
  private final CompletableFuture<Database.Link> link;
  private final Map<String, String> parameters = new TreeMap<>();
  private boolean asking;
  private boolean authenticated;
  private boolean proved;
  private Scram scram;
  private int process;
  private byte[] secret = new byte[0];

  DatabaseLogin(
      Database.Login login,
      Optional<String> password,
      Optional<UpstreamTls> tls,
      CompletableFuture<Database.Link> link) {
    this.login = login;
    this.password = password;
    this.tls = tls;
    this.link = link;
  }

  static ByteBuf tlsRequest() {
    return Unpooled.buffer(8).writeInt(8).writeInt(TLS_REQUEST);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.executor()
        .schedule(
            () -> fail(ctx, "it does not answer in time"), LOGIN_SECONDS_MAX, TimeUnit.SECONDS);
    if (tls.isPresent()) {
      asking = true;
      ctx.writeAndFlush(tlsRequest());
    } else {
      begin(ctx);
    }
  }

  private void begin(ChannelHandlerContext ctx) {
    ctx.pipeline().addBefore(ctx.name(), "messages", new MessageDecoder(MESSAGE_BYTES_MAX));
    ByteBuf out = Unpooled.buffer();
    out.writeInt(0).writeInt(PROTOCOL);
    Map<String, String> said = new TreeMap<>(login.settings());
    said.put("user", login.role());
    said.put("database", login.database());
    said.forEach(
        (name, value) -> {
          Fields.text(out, name);
          Fields.text(out, value);
        });
    out.writeByte(0);
    out.setInt(0, out.readableBytes());
    ctx.writeAndFlush(out);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object read) {
    if (read instanceof Message message) {
      try {
        message(ctx, message);
      } catch (ProtocolViolation e) {
        fail(ctx, e.getMessage());
      } finally {
        message.release();
      }
      return;
    }
    ByteBuf bytes = (ByteBuf) read;
    // INVARIANT (nothing before TLS): what came with the agreement in the clear is not read.
    boolean agreed = asking && bytes.readableBytes() == 1 && bytes.readByte() == 'S';
    bytes.release();
    if (!agreed) {
      fail(ctx, "it does not take TLS");
      return;
    }
    asking = false;
    ctx.pipeline().addFirst("tls", tls.get().handler(ctx.alloc()));
    begin(ctx);
  }

  private void message(ChannelHandlerContext ctx, Message message) throws ProtocolViolation {
    ByteBuf body = message.body();
    switch (message.type()) {
      case 'R' -> authentication(ctx, body);
      case 'S' -> {
        if (parameters.size() > PARAMETERS_MAX) {
          throw new ProtocolViolation("it says too much of itself");
        }
        parameters.put(Fields.text(body), Fields.text(body));
      }
      case 'K' -> {
        process = Fields.int32(body);
        secret = new byte[body.readableBytes()];
        body.readBytes(secret);
      }
      case 'N' -> {}
      case 'Z' -> ready(ctx);
      case 'E' -> fail(ctx, "it refuses: " + ErrorMessage.read(body, Map.of()).state());
      default -> throw new ProtocolViolation("it says `" + (char) message.type() + "`");
    }
  }

  private void authentication(ChannelHandlerContext ctx, ByteBuf body) throws ProtocolViolation {
    switch (Fields.int32(body)) {
      case 0 -> {
        if (scram != null && !proved) {
          throw new ProtocolViolation("it does not prove that it knows the password");
        }
        authenticated = true;
      }
      case 10 -> begin(ctx, body);
      case 11 -> say(ctx, current().last(rest(body)));
      case 12 -> {
        current().verify(rest(body));
        proved = true;
      }
      default -> throw new ProtocolViolation("it asks for a login that is not SCRAM");
    }
  }

  private Scram current() throws ProtocolViolation {
    if (scram == null) {
      throw new ProtocolViolation("it goes on with what did not begin");
    }
    return scram;
  }

  private static String rest(ByteBuf body) {
    return body.readCharSequence(body.readableBytes(), StandardCharsets.UTF_8).toString();
  }

  private void begin(ChannelHandlerContext ctx, ByteBuf body) throws ProtocolViolation {
    if (password.isEmpty()) {
      throw new ProtocolViolation("it asks for a password and there is none");
    }
    boolean plain = false;
    boolean plus = false;
    for (String name = Fields.text(body); !name.isEmpty(); name = Fields.text(body)) {
      plain |= name.equals(Scram.PLAIN);
      plus |= name.equals(Scram.PLUS);
    }
    scram = new Scram(password.get(), endPoint(ctx), plus);
    if (!plain && !plus) {
      throw new ProtocolViolation("it does not offer SCRAM-SHA-256");
    }
    byte[] first = scram.first().getBytes(StandardCharsets.UTF_8);
    ByteBuf out = Unpooled.buffer();
    int begun = Fields.begin(out, 'p');
    Fields.text(out, scram.mechanism());
    out.writeInt(first.length).writeBytes(first);
    Fields.end(out, begun);
    ctx.writeAndFlush(out);
  }

  private static Optional<byte[]> endPoint(ChannelHandlerContext ctx) throws ProtocolViolation {
    SslHandler handler = ctx.pipeline().get(SslHandler.class);
    if (handler == null) {
      return Optional.empty();
    }
    try {
      var own = (X509Certificate) handler.engine().getSession().getPeerCertificates()[0];
      return Optional.of(Scram.endPoint(own));
    } catch (IOException | GeneralSecurityException e) {
      throw new ProtocolViolation("its certificate cannot be read");
    }
  }

  private static void say(ChannelHandlerContext ctx, String text) {
    ByteBuf out = Unpooled.buffer();
    int begun = Fields.begin(out, 'p');
    out.writeCharSequence(text, StandardCharsets.UTF_8);
    Fields.end(out, begun);
    ctx.writeAndFlush(out);
  }

  private void ready(ChannelHandlerContext ctx) throws ProtocolViolation {
    if (!authenticated) {
      throw new ProtocolViolation("it is ready before anybody logged in");
    }
    ctx.channel().config().setAutoRead(false);
    ctx.pipeline().remove(this);
    link.complete(new Database.Link(ctx.channel(), process, secret, parameters));
  }

  private void fail(ChannelHandlerContext ctx, String why) {
    if (link.completeExceptionally(new IOException("the database's login: " + why))) {
      ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(ctx, "it ends the connection");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(ctx, cause.getClass().getSimpleName());
    ctx.close();
  }
}
