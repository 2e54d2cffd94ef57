package io.ringfence.conformance.throughput;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/** The kernel's own event queue where Netty has it, else Java's. */
enum Sockets {
  NATIVE(EpollServerSocketChannel.class, EpollSocketChannel.class),
  PLAIN(NioServerSocketChannel.class, NioSocketChannel.class);

  private final Class<? extends ServerSocketChannel> server;
  private final Class<? extends SocketChannel> client;

  Sockets(Class<? extends ServerSocketChannel> server, Class<? extends SocketChannel> client) {
    this.server = server;
    this.client = client;
  }

  static Sockets best() {
    return Epoll.isAvailable() ? NATIVE : PLAIN;
  }

  EventLoopGroup loops(int threads) {
    IoHandlerFactory factory =
        this == NATIVE ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(threads, factory);
  }

  Class<? extends ServerSocketChannel> server() {
    return server;
  }

  Class<? extends SocketChannel> client() {
    return client;
  }
}
