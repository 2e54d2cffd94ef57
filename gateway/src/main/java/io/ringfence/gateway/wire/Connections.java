package io.ringfence.gateway.wire;

import io.netty.channel.Channel;
import io.ringfence.gateway.limit.Bodies;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The connections of clients that are open, at most so many. */
public final class Connections {
  private final int countMax;
  private final Bodies bodies;
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicInteger answering = new AtomicInteger();
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean draining = new AtomicBoolean();

  public Connections(int countMax) {
    this(countMax, Bodies.ofThisHeap(0));
  }

  /**
   * @param bodies room for what they send
   */
  public Connections(int countMax, Bodies bodies) {
    this.countMax = countMax;
    this.bodies = bodies;
  }

  /** Room for what clients send, over all connections. */
  public Bodies bodies() {
    return bodies;
  }

  /** Takes a connection in; false when there are too many, or no more are taken. */
  public boolean admit(Channel channel) {
    if (count.incrementAndGet() > countMax || draining.get()) {
      count.decrementAndGet();
      return false;
    }
    open.add(channel);
    channel
        .closeFuture()
        .addListener(
            f -> {
              open.remove(channel);
              count.decrementAndGet();
            });
    return true;
  }

  /** How many are open. */
  public int count() {
    return open.size();
  }

  /** How many requests are being answered. */
  public int answering() {
    return answering.get();
  }

  public void began() {
    answering.incrementAndGet();
  }

  public void ended() {
    answering.decrementAndGet();
  }

  /** Whether a connection closes after the answer that it waits for. */
  public boolean draining() {
    return draining.get();
  }

  /** Takes no more; what is idle is told to close. */
  public void drain() {
    draining.set(true);
    open.forEach(c -> c.pipeline().fireUserEventTriggered(Drain.NOW));
  }

  /** Closes all at once, whatever is being answered. */
  public void closeAll() {
    open.forEach(Connections::close);
  }

  /** HTTP/2's own way of closing would wait for its streams. */
  private static void close(Channel channel) {
    if (!channel.eventLoop().isShuttingDown()) {
      channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
    }
  }

  /** Told to every connection when the gateway is about to end. */
  public enum Drain {
    NOW
  }
}
