package io.ringfence.gateway.telemetry;

import io.ringfence.gateway.signal.GatewayMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * What waits to be sent of one signal. Putting something in never waits: past its room it is
 * dropped and counted.
 */
final class Outbox<T> {
  /** Records of one request to the collector. */
  static final int BATCH_MAX = 512;

  /** How often a batch that the collector does not take is tried, and how long apart. */
  static final int TRIES_MAX = 3;

  private final String signal;
  private final String path;
  private final Function<List<T>, byte[]> encoded;
  private final Collector collector;
  private final GatewayMetrics metrics;
  private final Duration every;
  private final BlockingQueue<T> waiting;
  private final Thread thread;
  private volatile boolean closing;

  /**
   * @param every how long a record waits for others to go with it, at most
   */
  Outbox(
      String signal,
      String path,
      int room,
      Function<List<T>, byte[]> encoded,
      Collector collector,
      GatewayMetrics metrics,
      Duration every) {
    this.signal = signal;
    this.path = path;
    this.encoded = encoded;
    this.collector = collector;
    this.metrics = metrics;
    this.every = every;
    this.waiting = new ArrayBlockingQueue<>(room);
    this.thread = Thread.ofPlatform().daemon().name("telemetry-" + signal).start(this::run);
  }

  void put(T record) {
    if (closing || !waiting.offer(record)) {
      metrics.dropped(signal, 1);
    }
  }

  private void run() {
    List<T> batch = new ArrayList<>();
    while (!closing || !waiting.isEmpty()) {
      try {
        T first = waiting.poll(every.toMillis(), TimeUnit.MILLISECONDS);
        if (first == null) {
          continue;
        }
        batch.add(first);
        if (!closing && waiting.size() < BATCH_MAX) {
          Thread.sleep(every);
        }
        waiting.drainTo(batch, BATCH_MAX - 1);
      } catch (InterruptedException e) {
        waiting.drainTo(batch, BATCH_MAX - batch.size()); // it closes: what waits goes out now
      }
      if (!batch.isEmpty()) {
        send(batch);
        batch.clear();
      }
    }
  }

  private void send(List<T> batch) {
    byte[] request = encoded.apply(batch);
    for (int i = 0; i < TRIES_MAX; i++) {
      Collector.Outcome outcome = collector.attempt(path, request);
      if (outcome == Collector.Outcome.TAKEN) {
        metrics.sent(signal, batch.size());
        return;
      }
      if (outcome == Collector.Outcome.NEVER || closing) {
        break;
      }
      pause();
    }
    metrics.dropped(signal, batch.size());
  }

  private void pause() {
    try {
      Thread.sleep(every);
    } catch (InterruptedException e) {
      // It closes: there is one try more.
    }
  }

  /** Sends what waits, within a time. */
  void close(Duration within) {
    closing = true;
    thread.interrupt();
    try {
      thread.join(within);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
