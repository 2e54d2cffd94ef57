package io.ringfence.lab;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes calls from several nodes of a lab at once. */
final class Calls {
  /** So many nodes call at one time. */
  static final int NODES_MAX = 32;

  /** So many sockets are open at one time, or half of those that the process may open. */
  static final int SOCKETS_MAX = 4096;

  private final Namespaces namespaces;
  private final Pace pace;
  private final Semaphore sockets = new Semaphore(socketsMax());

  Calls(Namespaces namespaces, Pace pace) {
    this.namespaces = namespaces;
    this.pace = pace;
  }

  private static int socketsMax() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount();
      return Math.clamp(free / 2, 1, SOCKETS_MAX);
    }
    return SOCKETS_MAX / 16;
  }

  List<Call.Answer> dial(LabNode from, List<Call> calls, Duration timeout) {
    return calls.isEmpty()
        ? List.of()
        : namespaces.call(from.namespace(), () -> Dialer.dial(calls, timeout, pace, sockets));
  }

  /** Makes every node's calls; the answers come in no particular order. */
  List<Call.Answer> dialAll(Map<LabNode, List<Call>> calls, Duration timeout, Progress progress) {
    AtomicInteger done = new AtomicInteger();
    try (ExecutorService pool = Executors.newFixedThreadPool(NODES_MAX, daemon())) {
      List<Future<List<Call.Answer>>> futures = new ArrayList<>();
      calls.forEach(
          (node, own) ->
              futures.add(
                  pool.submit(
                      () -> {
                        List<Call.Answer> answers = dial(node, own, timeout);
                        progress.at("calling", done.incrementAndGet(), calls.size());
                        return answers;
                      })));
      List<Call.Answer> out = new ArrayList<>();
      for (Future<List<Call.Answer>> future : futures) {
        out.addAll(result(future));
      }
      return out;
    }
  }

  private static ThreadFactory daemon() {
    return Thread.ofPlatform().daemon().name("lab-calls-", 0).factory();
  }

  private static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException r
          ? r
          : new LabUnavailable("a call failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabUnavailable("interrupted", e);
    }
  }
}
