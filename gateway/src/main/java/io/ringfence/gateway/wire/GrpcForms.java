package io.ringfence.gateway.wire;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.ringfence.gateway.engine.Dialogue;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Looks at a call's method, and has it handled as one that streams or as a unary one. */
final class GrpcForms extends ChannelInboundHandlerAdapter {
  private final StreamAnswerer answerer;
  private final Supplier<ChannelHandler> unary;
  private final Function<Dialogue.Form, ChannelHandler> streaming;

  GrpcForms(
      StreamAnswerer answerer,
      Supplier<ChannelHandler> unary,
      Function<Dialogue.Form, ChannelHandler> streaming) {
    this.answerer = answerer;
    this.unary = unary;
    this.streaming = streaming;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object frame) {
    if (frame instanceof Http2HeadersFrame headers) {
      ChannelHandler handler = form(headers).map(streaming).orElseGet(unary);
      ctx.pipeline().addLast(handler);
      ctx.fireChannelRead(frame);
      ctx.pipeline().remove(this);
    } else {
      ctx.fireChannelRead(frame);
    }
  }

  /** A path of any other form than a method's is refused where unary calls are read. */
  private Optional<Dialogue.Form> form(Http2HeadersFrame headers) {
    CharSequence path = headers.headers().path();
    String[] parts = path == null ? new String[0] : path.toString().split("/", -1);
    return parts.length == 3 && parts[0].isEmpty()
        ? answerer.form(parts[1], parts[2])
        : Optional.empty();
  }
}
