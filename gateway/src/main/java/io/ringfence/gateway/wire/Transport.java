package io.ringfence.gateway.wire;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The threads that serve sockets, over epoll where it is there. They live in the network namespace
 * that their creator is in, and so do the connections that they open.
 */
public final class Transport implements AutoCloseable {
  /** The property with which Netty's search for leaks is asked for. */
  private static final String LEAKS = "io.netty.leakDetection.level";

  /**
   * What Netty would log of each odd frame is a client's to write; kept, so that it stays quiet.
   */
  private static final Logger NETTY = Logger.getLogger("io.netty");

  static {
    NETTY.setLevel(Level.SEVERE);
    // By default one buffer in a hundred notes where it was made and used, to tell of leaks.
    if (System.getProperty(LEAKS) == null) {
      ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }
  }

  private static final boolean EPOLL = Epoll.isAvailable();

  private final EventLoopGroup group;
  private final List<EventLoop> loops = new ArrayList<>();

  public Transport(int threads) {
    IoHandlerFactory io = EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    group =
        new MultiThreadIoEventLoopGroup(
            threads, new DefaultThreadFactory("gateway", /* daemon= */ true), io);
    for (EventExecutor loop : group) {
      loops.add((EventLoop) loop);
      loop.submit(() -> {}).syncUninterruptibly(); // born where their creator is: here, now
    }
  }

  /** One thread per processor. */
  public static Transport ofThisMachine() {
    return new Transport(Runtime.getRuntime().availableProcessors());
  }

  public EventLoopGroup group() {
    return group;
  }

  public Class<? extends ServerChannel> serverChannel() {
    return EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  public Class<? extends SocketChannel> socketChannel() {
    return EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  /** {@code epoll} or {@code nio}. */
  public String name() {
    return EPOLL ? "epoll" : "nio";
  }

  List<EventLoop> loops() {
    return loops;
  }

  /** The loop that calls, or any. */
  public EventLoop here() {
    for (int i = 0; i < loops.size(); i++) {
      if (loops.get(i).inEventLoop()) {
        return loops.get(i);
      }
    }
    return group.next();
  }

  /** Any, for what no client waits for. */
  public EventLoop anyLoop() {
    return group.next();
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
