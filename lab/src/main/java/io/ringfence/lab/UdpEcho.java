package io.ringfence.lab;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;

/** Sends every datagram back. */
final class UdpEcho implements LoopHandler {
  private final ByteBuffer buffer = ByteBuffer.allocate(65536);

  @Override
  public void ready(SelectionKey key) throws IOException {
    DatagramChannel channel = (DatagramChannel) key.channel();
    while (true) {
      buffer.clear();
      SocketAddress sender = channel.receive(buffer);
      if (sender == null) {
        return;
      }
      buffer.flip();
      try {
        channel.send(buffer, sender);
      } catch (IOException e) {
        // This one cannot be answered: its source was forged, or our own artifact forbids it.
      }
    }
  }
}
