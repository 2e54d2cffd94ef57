package io.ringfence.lab;

import io.ringfence.model.Address;
import io.ringfence.model.Family;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Holds every listener of a lab: opened inside its namespace, served by one thread outside. */
final class ListenerLoop implements AutoCloseable {
  /** Open connections at one time; past it, the next is closed as soon as it is accepted. */
  static final int CONNECTIONS_MAX = 8192;

  private final Namespaces namespaces;
  private final AskedLog asked;
  private final Selector selector;
  private final Thread thread;
  private volatile boolean closing;

  private ListenerLoop(Namespaces namespaces, AskedLog asked) throws IOException {
    this.namespaces = namespaces;
    this.asked = asked;
    this.selector = Selector.open();
    this.thread = Thread.ofPlatform().daemon().name("lab-listeners").unstarted(this::loop);
  }

  /** Opens the listeners, and serves them until closed. */
  static ListenerLoop start(List<Listener> listeners, Namespaces namespaces, AskedLog asked) {
    try {
      ListenerLoop loop = new ListenerLoop(namespaces, asked);
      Map<String, List<Listener>> byNamespace = new LinkedHashMap<>();
      for (Listener listener : listeners) {
        byNamespace.computeIfAbsent(listener.namespace(), k -> new ArrayList<>()).add(listener);
      }
      byNamespace.forEach(
          (namespace, own) ->
              namespaces.call(
                  namespace,
                  () -> {
                    for (Listener listener : own) {
                      loop.open(listener);
                    }
                    return null;
                  }));
      loop.thread.start();
      return loop;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs on a thread in the listener's namespace. */
  private void open(Listener listener) throws IOException {
    Address address = Address.parse(listener.address());
    if (address.family() == Family.IPV6 && !Sockets.IPV6) {
      return;
    }
    int port = listener.port();
    switch (listener) {
      case Listener.Greeter l -> accept(address, port, c -> Greeting.greet(this, c, l));
      case Listener.Echo l ->
          add(Sockets.receive(address, port), SelectionKey.OP_READ, new UdpEcho());
      case Listener.Resolver l -> DnsServer.resolver(this, address, l);
      case Listener.Authority l -> DnsServer.authority(this, address, l, asked);
    }
  }

  /** Listens for TCP; each connection goes to the consumer. */
  void accept(Address address, int port, Consumer<SocketChannel> consumer) throws IOException {
    ServerSocketChannel server = Sockets.listen(address, port);
    add(
        server,
        SelectionKey.OP_ACCEPT,
        key -> {
          for (SocketChannel c = server.accept(); c != null; c = server.accept()) {
            c.configureBlocking(false);
            if (selector.keys().size() > CONNECTIONS_MAX) {
              c.close();
            } else {
              consumer.accept(c);
            }
          }
        });
  }

  /** Has a channel served. */
  SelectionKey add(SelectableChannel channel, int operations, LoopHandler handler)
      throws IOException {
    return channel.register(selector, operations, handler);
  }

  private void loop() {
    while (!closing) {
      try {
        selector.select(ListenerLoop::serve);
      } catch (IOException e) {
        return; // the selector itself is gone, and with it every listener
      }
    }
  }

  private static void serve(SelectionKey key) {
    LoopHandler handler = (LoopHandler) key.attachment();
    try {
      if (key.isValid()) { // not closed meanwhile by what was ready before it
        handler.ready(key);
      }
    } catch (IOException | RuntimeException e) {
      close(key);
    }
  }

  /** Closes a channel and tells its handler. */
  static void close(SelectionKey key) {
    key.cancel();
    try {
      key.channel().close();
    } catch (IOException e) {
      // Nothing is left to do about a channel that does not even close.
    }
    ((LoopHandler) key.attachment()).closed();
  }

  @Override
  public void close() {
    closing = true;
    selector.wakeup();
    try {
      thread.join(1000);
      for (SelectionKey key : List.copyOf(selector.keys())) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
