package io.ringfence.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.request.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One connection to a database, with one question at a time.
 *
 * <p>INVARIANT (an answer is its question's): a connection on which anything went wrong, or came
 * unasked, is closed and never used again.
 */
final class HttpUpstreamConnection extends ChannelInboundHandlerAdapter {
  private final HttpLane lane;
  private final Upstream upstream;
  private final Http1Reader reader;

  private ChannelHandlerContext context;
  private ByteBuf unread = Unpooled.EMPTY_BUFFER;
  private HttpLane.Question question;
  private boolean closing;
  private long usedAt;

  HttpUpstreamConnection(HttpLane lane, Upstream upstream) {
    this.lane = lane;
    this.upstream = upstream;
    this.reader = new Http1Reader(Http1Reader.Side.SERVER, upstream.answerBytesMax());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    unread.release();
    unread = Unpooled.EMPTY_BUFFER;
  }

  /** Whether a question may still be sent over it. */
  boolean fresh() {
    return context.channel().isActive() && System.nanoTime() - usedAt < Upstream.IDLE_MAX.toNanos();
  }

  void close() {
    context.close();
  }

  void send(HttpLane.Question asked) {
    question = asked;
    asked.answer.whenComplete((a, failure) -> abandoned(asked, failure));
    reader.expectNoBody(asked.call.method().equals("HEAD"));
    context
        .writeAndFlush(encoded(asked))
        .addListener(
            f -> {
              if (!f.isSuccess()) {
                lost(f.cause());
              }
            });
  }

  /** When nobody waits any more, the answer that may still come is nobody's. */
  private void abandoned(HttpLane.Question asked, Throwable failure) {
    if (failure != null && question == asked) {
      question = null;
      context.close();
    }
  }

  private ByteBuf encoded(HttpLane.Question asked) {
    HttpCall call = asked.call;
    StringBuilder head = new StringBuilder(256);
    head.append(call.method()).append(' ');
    head.append(new RequestTarget(call.path(), call.query()).text()).append(" HTTP/1.1\r\n");
    head.append("host: ").append(upstream.authority()).append("\r\n");
    head.append("accept-encoding: identity\r\n");
    if (!asked.traceparent.isEmpty()) {
      head.append("traceparent: ").append(asked.traceparent).append("\r\n");
    }
    for (Map.Entry<String, String> header : upstream.credentials().get().entrySet()) {
      head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
    }
    call.contentType().ifPresent(t -> head.append("content-type: ").append(t).append("\r\n"));
    if (call.body().length > 0 || !call.method().equals("GET")) {
      head.append("content-length: ").append(call.body().length).append("\r\n");
    }
    head.append("\r\n");
    ByteBuf out = context.alloc().buffer(head.length() + call.body().length);
    out.writeCharSequence(head, StandardCharsets.ISO_8859_1);
    out.writeBytes(call.body());
    return out;
  }

  // --- The answer ---

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    unread = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), unread, (ByteBuf) message);
    if (question == null) {
      ctx.close();
      return;
    }
    try {
      Http1Message read = reader.read(unread);
      if (read != null) {
        answered(read);
      }
    } catch (RefusedException e) {
      lost(new IOException("the database's answer cannot be read: " + e.getMessage(), e));
    }
  }

  private void answered(Http1Message message) throws RefusedException {
    if (message.fields().one("content-encoding").filter(e -> !e.equals("identity")).isPresent()) {
      throw HeaderFields.malformed("it is encoded");
    }
    int status = ((Http1Message.Status) message.start()).code();
    HttpAnswer answer = new HttpAnswer(status, mediaType(message.fields()), message.body());
    boolean keeps =
        !unread.isReadable()
            && message.fields().one("connection").filter("close"::equalsIgnoreCase).isEmpty();
    HttpLane.Question asked = question;
    question = null;
    usedAt = System.nanoTime();
    if (keeps) {
      lane.release(this);
    } else {
      context.close();
    }
    asked.answer.complete(answer);
  }

  private static java.util.Optional<String> mediaType(HeaderFields fields) throws RefusedException {
    return fields
        .one("content-type")
        .map(t -> t.split(";", -1)[0].strip().toLowerCase(java.util.Locale.ROOT));
  }

  // --- What goes wrong ---

  private void lost(Throwable why) {
    HttpLane.Question asked = question;
    question = null;
    closing = true;
    context.close();
    if (asked == null) {
      return;
    }
    if (usedAt != 0 && asked.repeatable() && !reader.midway()) {
      // The server had closed it as we asked: a fresh connection tells.
      asked.retried = true;
      lane.send(asked);
    } else {
      asked.answer.completeExceptionally(why);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!closing) {
      lost(new IOException("the database closed the connection"));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    lost(cause);
  }
}
