package io.ringfence.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.ringfence.gateway.exchange.Departure;
import io.ringfence.gateway.limit.Held;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * One client's connection in HTTP/1.1: one request at a time; what comes meanwhile waits.
 *
 * <p>INVARIANT (a doubtful request is the last): after a refusal to read, nothing more of the
 * connection is read, so that no second request hides in the first.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter {
  /** The header that says which rule decided, where answers say so. */
  static final String EXPLAIN = "ringfence-explain";

  private final Answerer<HttpCall, HttpAnswer> answerer;
  private final Client client;
  private final WireLimits limits;
  private final Connections connections;
  private final Http1Reader reader;

  private ChannelHandlerContext context;
  private Deadline deadline;
  private ByteBuf unread = Unpooled.EMPTY_BUFFER;
  private RequestHead head;
  private Asker asker;
  private boolean close;
  private boolean answering;
  private boolean waiting;
  private boolean carriedOut;
  private boolean last;
  private final Held held;

  Http1Connection(
      Answerer<HttpCall, HttpAnswer> answerer,
      Client client,
      WireLimits limits,
      Connections connections) {
    this.answerer = answerer;
    this.client = client;
    this.limits = limits;
    this.connections = connections;
    this.held = new Held(connections.bodies());
    this.reader = new Http1Reader(Http1Reader.Side.CLIENT, limits.bodyBytesMax(), this::check);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    deadline = new Deadline(ctx.executor(), this::late);
    deadline.within(limits.requestTime());
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    unread.release();
    unread = Unpooled.EMPTY_BUFFER;
    deadline.none();
    if (!carriedOut) {
      held.release();
    }
  }

  private void late() {
    if (waiting) {
      waiting = false;
      refuse(new Refusal(Refusal.Kind.TIMED_OUT, "the request takes longer than it may"));
    } else if (reader.midway() && !answering && !last) {
      refuse(new Refusal(Refusal.Kind.TIMED_OUT, "the request does not come to an end"));
    } else {
      context.close();
    }
  }

  // --- Reading ---

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (last) {
      bytes.release();
      return;
    }
    unread = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), unread, bytes);
    if (answering) {
      // What comes meanwhile waits, and no more of it is read than came at once.
      context.channel().config().setAutoRead(false);
    } else {
      readOn();
    }
  }

  /** One request at most: the next is read when this one is answered. */
  private void readOn() {
    boolean begun = reader.midway();
    try {
      Http1Message message = reader.read(unread);
      held.grow(message != null ? message.body().length : reader.gathered());
      if (message != null) {
        take(message);
      } else if (!begun && reader.midway()) {
        deadline.within(limits.requestTime());
      }
    } catch (RefusedException e) {
      refuse(e.refusal());
    }
  }

  /** Refuses what it can before the body comes. */
  private void check(Http1Message.Start start, HeaderFields fields) throws RefusedException {
    Http1Message.Request request = (Http1Message.Request) start;
    oneHost(fields);
    close = closes(fields);
    head = RequestHead.of(request.method(), request.target(), fields);
    asker = client.asker(head.secret(), head.traceparent());
  }

  private void take(Http1Message message) {
    answering = true;
    waiting = true;
    carriedOut = true;
    last = close || connections.draining();
    deadline.within(limits.wholeTime());
    connections.began();
    boolean bodiless = head.method().equals("HEAD");
    Departure departure = new Departure();
    answerer
        .answer(asker, head.call(message.body(), limits.depthMax()), departure)
        .whenComplete(
            (answer, failure) -> onLoop(() -> answered(answer, failure, bodiless, departure)));
  }

  private static void oneHost(HeaderFields fields) throws RefusedException {
    if (fields.one("host").filter(h -> !h.isEmpty()).isEmpty()) {
      throw HeaderFields.malformed("there is no `Host`");
    }
  }

  private static boolean closes(HeaderFields fields) throws RefusedException {
    Optional<String> options = fields.one("connection");
    if (options.isEmpty()) {
      return false;
    }
    String text = options.get().toLowerCase(Locale.ROOT);
    boolean close = false;
    for (String option : text.split(",", -1)) {
      switch (option.strip()) {
        case "", "keep-alive" -> {}
        case "close" -> close = true;
        default ->
            throw HeaderFields.malformed("the header `connection` asks for what is not known");
      }
    }
    return close;
  }

  private void onLoop(Runnable work) {
    if (context.executor().inEventLoop()) {
      work.run();
    } else {
      context.executor().execute(work);
    }
  }

  // --- Answering ---

  private void answered(
      HttpAnswer answer, Throwable failure, boolean bodiless, Departure departure) {
    connections.ended();
    carriedOut = false;
    held.release();
    if (!waiting) {
      departure.left(/* wholly= */ false);
      return; // it was too late, or nobody waits
    }
    waiting = false;
    HttpAnswer shown =
        failure == null
            ? answer
            : answerer.refuse(new Refusal(Refusal.Kind.UNAVAILABLE, "the request failed"));
    write(shown, bodiless, departure);
  }

  private void refuse(Refusal refusal) {
    last = true;
    if (!answering) {
      held.release();
    }
    write(answerer.refuse(refusal), false, Departure.AT_ONCE);
  }

  private void write(HttpAnswer answer, boolean bodiless, Departure departure) {
    deadline.within(limits.answerTime());
    context
        .writeAndFlush(encoded(answer, bodiless, departure.explanation()))
        .addListener(
            (ChannelFutureListener)
                future -> {
                  departure.left(future.isSuccess());
                  if (!future.isSuccess() || last) {
                    finish();
                  } else {
                    next();
                  }
                });
  }

  /** Ends the connection so that the answer arrives although bytes of the client's are unread. */
  private void finish() {
    context.close();
  }

  private void next() {
    answering = false;
    deadline.within(limits.idleTime());
    if (context.isRemoved()) {
      return;
    }
    if (connections.draining()) {
      context.close();
      return;
    }
    context.channel().config().setAutoRead(true);
    if (unread.isReadable()) {
      readOn();
    }
  }

  private ByteBuf encoded(HttpAnswer answer, boolean bodiless, String explanation) {
    StringBuilder head = new StringBuilder(160);
    head.append("HTTP/1.1 ").append(answer.status()).append(' ').append(reason(answer.status()));
    head.append("\r\n");
    answer.contentType().ifPresent(t -> head.append("content-type: ").append(t).append("\r\n"));
    if (answer.status() != 204 && answer.status() != 304) {
      head.append("content-length: ").append(answer.body().length).append("\r\n");
    }
    answer
        .retryAfter()
        .ifPresent(t -> head.append("retry-after: ").append(t.toSeconds()).append("\r\n"));
    if (!explanation.isEmpty()) {
      head.append(EXPLAIN).append(": ").append(explanation).append("\r\n");
    }
    if (last) {
      head.append("connection: close\r\n");
    }
    head.append("\r\n");
    byte[] body = bodiless ? new byte[0] : answer.body();
    ByteBuf out = context.alloc().buffer(head.length() + body.length);
    out.writeCharSequence(head, StandardCharsets.ISO_8859_1);
    out.writeBytes(body);
    return out;
  }

  /** Clients print it; none reads it. */
  private static String reason(int status) {
    return switch (status / 100) {
      case 2 -> "OK";
      case 3 -> "Redirect";
      case 4 -> "Refused";
      default -> "Error";
    };
  }

  // --- Ends ---

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == Connections.Drain.NOW && !answering && !reader.midway()) {
      ctx.close();
      return;
    }
    if (event == Connections.Drain.NOW) {
      last = answering || last;
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
