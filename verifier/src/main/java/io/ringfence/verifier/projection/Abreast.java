package io.ringfence.verifier.projection;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Does several things at the same time, as many as there are processors. */
public final class Abreast {
  private Abreast() {}

  /**
   * The results in the order of the tasks, which are begun in that order: those that take long
   * belong in front.
   */
  public static <T> List<T> all(List<? extends Supplier<? extends T>> tasks) {
    int workers = Math.min(tasks.size(), Runtime.getRuntime().availableProcessors());
    ConcurrentMap<Integer, T> results = new ConcurrentHashMap<>();
    AtomicInteger next = new AtomicInteger();
    IntStream.range(0, workers)
        .parallel()
        .forEach(
            worker -> {
              for (int i = next.getAndIncrement(); i < tasks.size(); i = next.getAndIncrement()) {
                results.put(i, tasks.get(i).get());
              }
            });
    List<T> out = new ArrayList<>(tasks.size());
    for (int i = 0; i < tasks.size(); i++) {
      out.add(results.get(i));
    }
    return out;
  }
}
