package io.ringfence.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A TCP connection to a listener that says who it is, and then sends back what it is sent. */
final class Greeting implements LoopHandler {
  private static final int BUFFER_BYTES = 4096;

  private final ByteBuffer pending = ByteBuffer.allocate(BUFFER_BYTES);

  private Greeting(String line) {
    pending.put(line.getBytes(StandardCharsets.UTF_8));
  }

  /** The line for a listener. */
  static String line(Listener.Greeter listener) {
    return "this is `"
        + listener.title()
        + "` at "
        + listener.address()
        + " port "
        + listener.port()
        + "/tcp, in a lab\n";
  }

  static void greet(ListenerLoop loop, SocketChannel channel, Listener.Greeter listener) {
    try {
      Greeting greeting = new Greeting(line(listener));
      greeting.write(loop.add(channel, SelectionKey.OP_READ, greeting));
    } catch (IOException e) {
      closeQuietly(channel);
    }
  }

  static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing is left to do about a channel that does not even close.
    }
  }

  @Override
  public void ready(SelectionKey key) throws IOException {
    SocketChannel channel = (SocketChannel) key.channel();
    if (key.isReadable() && channel.read(pending) < 0) {
      ListenerLoop.close(key);
      return;
    }
    write(key);
  }

  private void write(SelectionKey key) throws IOException {
    pending.flip();
    ((SocketChannel) key.channel()).write(pending);
    pending.compact();
    int write = pending.position() > 0 ? SelectionKey.OP_WRITE : 0;
    int read = pending.hasRemaining() ? SelectionKey.OP_READ : 0;
    key.interestOps(write | read);
  }
}
