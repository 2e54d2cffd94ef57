package io.ringfence.gateway.wire.postgresql;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.ringfence.gateway.doctor.RowSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks simple queries over a connection that is logged in, one after another. */
final class RowQuery implements RowSource {
  static final int ROWS_MAX = 1_000_000;

  private static final int ANSWER_SECONDS_MAX = 15;

  private final Channel channel;

  RowQuery(Channel channel) {
    this.channel = channel;
  }

  /** It waits, and so is called on no event loop. */
  @Override
  public List<List<String>> rows(String sql) throws IOException {
    CompletableFuture<List<List<String>>> rows = new CompletableFuture<>();
    Answer answer = new Answer(rows);
    channel.pipeline().addLast(answer);
    channel.config().setAutoRead(true);
    ByteBuf out = channel.alloc().buffer();
    int begun = Fields.begin(out, 'Q');
    Fields.text(out, sql);
    Fields.end(out, begun);
    channel.writeAndFlush(out);
    try {
      return rows.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      channel.close();
      throw new IOException("the database does not answer in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      channel.close();
      throw new IOException("it was not waited for", e);
    }
  }

  /** Takes one query's answer. */
  private static final class Answer extends ChannelInboundHandlerAdapter {
    private final CompletableFuture<List<List<String>>> done;
    private final List<List<String>> rows = new ArrayList<>();
    private String refused;

    Answer(CompletableFuture<List<List<String>>> done) {
      this.done = done;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) throws ProtocolViolation {
      Message message = (Message) read;
      try {
        switch (message.type()) {
          case 'D' -> row(message.body());
          case 'E' -> refused = ErrorMessage.read(message.body(), Map.of()).state();
          case 'Z' -> {
            ctx.pipeline().remove(this);
            if (refused == null) {
              done.complete(rows);
            } else {
              done.completeExceptionally(new IOException("the database refuses: " + refused));
            }
          }
          default -> {}
        }
      } finally {
        message.release();
      }
    }

    private void row(ByteBuf body) throws ProtocolViolation {
      if (rows.size() == ROWS_MAX) {
        throw new ProtocolViolation("its catalogue has more than " + ROWS_MAX + " rows");
      }
      int columns = Fields.int16(body);
      List<String> out = new ArrayList<>(columns);
      for (int i = 0; i < columns; i++) {
        int length = Fields.int32(body);
        Fields.require(body, Math.max(0, length));
        out.add(length < 0 ? "" : Fields.utf8(body.readSlice(length).nioBuffer()));
      }
      rows.add(out);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      done.completeExceptionally(new IOException("the database ends the connection"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      done.completeExceptionally(new IOException("the database's answer: " + cause.getMessage()));
      ctx.close();
    }
  }
}
