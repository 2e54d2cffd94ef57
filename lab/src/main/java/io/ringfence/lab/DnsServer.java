package io.ringfence.lab;

import io.ringfence.model.Address;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/** Reads questions from UDP and TCP port 53 (RFC 1035) and writes back what a mind answers. */
final class DnsServer {
  private static final int MESSAGE_BYTES_MAX = 65535;

  private final DnsMind mind;

  private DnsServer(DnsMind mind) {
    this.mind = mind;
  }

  /** Runs on a thread in the resolver's namespace. */
  static void resolver(ListenerLoop loop, Address address, Listener.Resolver listener)
      throws IOException {
    DatagramChannel upstream = Sockets.receive(address, 0);
    InetSocketAddress authority =
        Sockets.socket(Address.parse(listener.authority().address()), listener.authority().port());
    DnsMind.Resolving mind = new DnsMind.Resolving(listener, q -> send(upstream, q, authority));
    loop.add(upstream, SelectionKey.OP_READ, key -> hear(upstream, mind));
    new DnsServer(mind).listen(loop, address, listener.port());
  }

  static void authority(
      ListenerLoop loop, Address address, Listener.Authority listener, AskedLog asked)
      throws IOException {
    new DnsServer(new DnsMind.Authoritative(asked)).listen(loop, address, listener.port());
  }

  private static void send(DatagramChannel channel, byte[] message, SocketAddress to)
      throws IOException {
    channel.send(ByteBuffer.wrap(message), to);
  }

  private static void hear(DatagramChannel upstream, DnsMind.Resolving mind) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(MESSAGE_BYTES_MAX);
    while (upstream.receive(buffer.clear()) != null) {
      mind.heard(taken(buffer.flip()));
    }
  }

  private static byte[] taken(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private void listen(ListenerLoop loop, Address address, int port) throws IOException {
    DatagramChannel datagrams = Sockets.receive(address, port);
    loop.add(datagrams, SelectionKey.OP_READ, key -> receive(datagrams));
    loop.accept(address, port, c -> accept(loop, c));
  }

  private void receive(DatagramChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(MESSAGE_BYTES_MAX);
    for (SocketAddress from = channel.receive(buffer.clear());
        from != null;
        from = channel.receive(buffer.clear())) {
      SocketAddress sender = from;
      answer(taken(buffer.flip()), reply -> sendQuietly(channel, reply, sender));
    }
  }

  private static void sendQuietly(DatagramChannel channel, byte[] reply, SocketAddress to) {
    try {
      send(channel, reply, to);
    } catch (IOException e) {
      // Whoever cannot be answered asks again, or does not deserve an answer.
    }
  }

  /** What is no DNS message gets no answer. */
  private void answer(byte[] question, Consumer<byte[]> reply) throws IOException {
    Message message;
    try {
      message = new Message(question);
    } catch (IOException | RuntimeException e) {
      return;
    }
    if (message.getQuestion() == null) {
      return;
    }
    if (message.getQuestion().getDClass() == DClass.CH) {
      reply.accept(DnsMind.replyTo(message, Rcode.REFUSED).toWire());
    } else {
      mind.answer(message, reply);
    }
  }

  private void accept(ListenerLoop loop, SocketChannel channel) {
    try {
      loop.add(channel, SelectionKey.OP_READ, new Stream());
    } catch (IOException e) {
      Greeting.closeQuietly(channel);
    }
  }

  /** A TCP connection, on which each message follows its length in two bytes. */
  private final class Stream implements LoopHandler {
    private final ByteBuffer in = ByteBuffer.allocate(MESSAGE_BYTES_MAX + 2);

    @Override
    public void ready(SelectionKey key) throws IOException {
      SocketChannel channel = (SocketChannel) key.channel();
      if (channel.read(in) < 0) {
        ListenerLoop.close(key);
        return;
      }
      in.flip();
      while (in.remaining() >= 2 && in.remaining() >= 2 + length()) {
        byte[] question = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(question);
        answer(question, reply -> write(key, reply));
      }
      in.compact();
    }

    private int length() {
      return Short.toUnsignedInt(in.getShort(in.position()));
    }

    /** A client that does not take a whole answer at once is dropped. */
    private void write(SelectionKey key, byte[] reply) {
      ByteBuffer out = ByteBuffer.allocate(reply.length + 2);
      out.putShort((short) reply.length).put(reply).flip();
      try {
        ((SocketChannel) key.channel()).write(out);
      } catch (IOException e) {
        ListenerLoop.close(key);
      }
    }
  }
}
