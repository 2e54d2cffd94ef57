package io.ringfence.gateway.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Makes a client's connection one in HTTP/2, whose streams each bear one request. */
final class Http2Streams {
  private static final int WINDOW_BYTES = 256 << 10;

  private Http2Streams() {}

  /**
   * @param stream makes the handler of each stream
   */
  static void install(
      ChannelPipeline pipeline, WireLimits limits, Supplier<ChannelHandler> stream) {
    int seconds = (int) WireLimits.WINDOW.toSeconds();
    pipeline.addLast(
        new IdleStateHandler(0, 0, limits.idleTime().toMillis(), TimeUnit.MILLISECONDS),
        Http2FrameCodecBuilder.forServer()
            .initialSettings(
                Http2Settings.defaultSettings()
                    .maxConcurrentStreams(WireLimits.STREAMS_MAX)
                    .maxHeaderListSize(WireLimits.HEAD_BYTES_MAX)
                    .initialWindowSize(WINDOW_BYTES))
            .gracefulShutdownTimeoutMillis(limits.idleTime().toMillis())
            .validateHeaders(true)
            .decoderEnforceMaxConsecutiveEmptyDataFrames(WireLimits.EMPTY_DATA_FRAMES_MAX)
            .decoderEnforceMaxRstFramesPerWindow(WireLimits.RESETS_MAX, seconds)
            .encoderEnforceMaxRstFramesPerWindow(WireLimits.RESETS_MAX, seconds)
            .decoderEnforceMaxSmallContinuationFrames(WireLimits.SMALL_CONTINUATIONS_MAX)
            .encoderEnforceMaxQueuedControlFrames(WireLimits.CONTROL_FRAMES_MAX)
            .build(),
        new Http2MultiplexHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(stream.get());
              }
            }),
        new Control());
  }

  /** Bounds the frames that bear no request, and ends connections that are idle or drained. */
  private static final class Control extends ChannelInboundHandlerAdapter {
    private int frames;
    private long since = System.nanoTime();

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
      ReferenceCountUtil.release(frame);
      long now = System.nanoTime();
      if (now - since > WireLimits.WINDOW.toNanos()) {
        since = now;
        frames = 0;
      }
      if (++frames > WireLimits.CONTROL_FRAMES_MAX) {
        leave(ctx, Http2Error.ENHANCE_YOUR_CALM);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof IdleStateEvent || event == Connections.Drain.NOW) {
        leave(ctx, Http2Error.NO_ERROR);
      }
    }

    /** The codec closes the connection when the streams that it still answers are over. */
    private static void leave(ChannelHandlerContext ctx, Http2Error error) {
      ctx.writeAndFlush(new DefaultHttp2GoAwayFrame(error)).addListener(f -> ctx.close());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
