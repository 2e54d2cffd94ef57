package io.ringfence.lab;

import io.ringfence.model.Address;
import io.ringfence.model.Family;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Non-blocking channels bound to an address of the namespace that the calling thread is in. */
final class Sockets {
  private static final int BACKLOG = 1024;

  /** False when Java found no IPv6 on the machine's own loopback: then it opens no such socket. */
  static final boolean IPV6 = hasIpv6();

  private Sockets() {}

  private static boolean hasIpv6() {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.INET6)) {
      return channel.isOpen();
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** True when a socket of the address's family can be opened. */
  static boolean canOpen(Address address) {
    return address.family() == Family.IPV4 || IPV6;
  }

  static InetSocketAddress socket(Address address, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address.bytes()), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }

  private static ProtocolFamily family(Address address) {
    return address.family() == Family.IPV4
        ? StandardProtocolFamily.INET
        : StandardProtocolFamily.INET6;
  }

  static ServerSocketChannel listen(Address address, int port) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(family(address));
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      return channel.bind(socket(address, port), BACKLOG);
    } catch (IOException e) {
      channel.close();
      throw new IOException("cannot listen at " + address + " port " + port + "/tcp", e);
    }
  }

  static DatagramChannel receive(Address address, int port) throws IOException {
    DatagramChannel channel = DatagramChannel.open(family(address));
    try {
      channel.configureBlocking(false);
      return channel.bind(socket(address, port));
    } catch (IOException e) {
      channel.close();
      throw new IOException("cannot listen at " + address + " port " + port + "/udp", e);
    }
  }

  /** A TCP socket, not yet connected, that will connect from the address. */
  static SocketChannel caller(Address source) throws IOException {
    SocketChannel channel = SocketChannel.open(family(source));
    try {
      channel.configureBlocking(false);
      return channel.bind(socket(source, 0));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }
}
