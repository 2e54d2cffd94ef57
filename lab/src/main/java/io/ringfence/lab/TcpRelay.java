package io.ringfence.lab;

import io.ringfence.model.Address;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Stands in a gateway's place: connects each client on to the service behind, from the gateway's
 * own address, and passes bytes both ways. It is a relay and no gateway: it knows no identity, no
 * role and no collection.
 */
final class TcpRelay {
  private static final int BUFFER_BYTES = 65536;

  private final ListenerLoop loop;
  private final Namespaces namespaces;
  private final Listener.Relay relay;
  private int next;

  TcpRelay(ListenerLoop loop, Namespaces namespaces, Listener.Relay relay) {
    this.loop = loop;
    this.namespaces = namespaces;
    this.relay = relay;
  }

  /** Where to connect on, and from where. */
  private record Way(Listener.Origin origin, Listener.Target target) {}

  /** The ways whose ends share a family, one after the other. */
  private Way way() {
    List<Way> ways = new ArrayList<>();
    for (Listener.Target target : relay.targets()) {
      relay.origin().stream()
          .filter(o -> isIpv6(o.address()) == isIpv6(target.address()))
          .findFirst()
          .ifPresent(o -> ways.add(new Way(o, target)));
    }
    return ways.isEmpty() ? null : ways.get(Math.floorMod(next++, ways.size()));
  }

  private static boolean isIpv6(String address) {
    return address.contains(":");
  }

  void accept(SocketChannel client) {
    Way way = way();
    if (way == null) {
      Greeting.closeQuietly(client);
      return;
    }
    try {
      Address source = Address.parse(way.origin().address());
      SocketChannel server =
          namespaces.call(way.origin().namespace(), () -> Sockets.caller(source));
      Side back = new Side();
      Side on = new Side();
      back.key = loop.add(client, 0, back);
      on.key = loop.add(server, SelectionKey.OP_CONNECT, on);
      back.other = on;
      on.other = back;
      Address target = Address.parse(way.target().address());
      server.connect(Sockets.socket(target, way.target().port()));
    } catch (IOException | RuntimeException e) {
      Greeting.closeQuietly(client);
    }
  }

  /** One of a relayed connection's two sockets, with what is to be written to it. */
  private static final class Side implements LoopHandler {
    private final ByteBuffer pending = ByteBuffer.allocate(BUFFER_BYTES);
    private SelectionKey key;
    private Side other;
    private boolean ended;
    private boolean shut;

    private SocketChannel channel() {
      return (SocketChannel) key.channel();
    }

    @Override
    public void ready(SelectionKey ready) throws IOException {
      if (ready.isConnectable() && channel().finishConnect()) {
        key.interestOps(SelectionKey.OP_READ);
        other.key.interestOps(SelectionKey.OP_READ);
      }
      if (ready.isValid() && ready.isReadable() && channel().read(other.pending) < 0) {
        ended = true;
      }
      other.drain();
      drain();
      if (ended && other.ended && pending.position() == 0 && other.pending.position() == 0) {
        ListenerLoop.close(key);
      }
    }

    private void drain() throws IOException {
      pending.flip();
      channel().write(pending);
      pending.compact();
      if (other.ended && pending.position() == 0 && !shut) {
        shut = true;
        channel().shutdownOutput();
      }
      int write = pending.position() > 0 ? SelectionKey.OP_WRITE : 0;
      int read = !ended && other.pending.hasRemaining() ? SelectionKey.OP_READ : 0;
      key.interestOps(write | read);
    }

    @Override
    public void closed() {
      if (other.key != null && other.key.isValid()) {
        ListenerLoop.close(other.key);
      }
    }
  }
}
