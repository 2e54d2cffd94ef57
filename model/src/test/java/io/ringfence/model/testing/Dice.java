package io.ringfence.model.testing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Seeded choices; the same seed makes the same ones everywhere. */
public final class Dice {
  private final Random random;

  public Dice(long seed) {
    random = new Random(seed * 0x9e3779b97f4a7c15L + 0x632be59bd9b4e019L);
  }

  /** True once in {@code n} times. */
  public boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  /** From {@code low} to {@code high}, both included. */
  public int between(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }

  public long bits() {
    return random.nextLong();
  }

  public <T> T of(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // only read
  public final <T> T of(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** Distinct ones of the choices, in their order: between {@code low} and {@code high} of them. */
  public <T> List<T> some(Collection<T> choices, int low, int high) {
    List<T> out = new ArrayList<>(choices);
    int count = Math.min(out.size(), between(low, high));
    while (out.size() > count) {
      out.remove(random.nextInt(out.size()));
    }
    return out;
  }

  /** Between {@code low} and {@code high} made things, repeats left out. */
  public <T> List<T> list(int low, int high, Supplier<T> make) {
    List<T> out = new ArrayList<>();
    for (int i = between(low, high); i > 0; i--) {
      T made = make.get();
      if (!out.contains(made)) {
        out.add(made);
      }
    }
    return out;
  }
}
