package io.ringfence.gateway.policy;

import io.ringfence.model.NamePattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the first of many ordered things whose name pattern matches a name: exact names by hash,
 * patterns by what stands before their first star, or after it, or one by one.
 *
 * @param <T> what has patterns
 */
final class NameTable<T> {
  /** One pattern's thing. An affix says it all when {@code rest} is null. */
  private record Entry<T>(int order, T value, NamePattern rest) {}

  /** What else must be true of a thing. */
  @FunctionalInterface
  interface Test<T> {
    boolean takes(T value);
  }

  private final Map<String, List<Entry<T>>> exact;
  private final AffixTable<Entry<T>> prefixes;
  private final AffixTable<Entry<T>> suffixes;

  private NameTable(Builder<T> builder) {
    exact = new HashMap<>(builder.exact);
    prefixes = new AffixTable<>(AffixTable.End.PREFIX, builder.prefixes);
    suffixes = new AffixTable<>(AffixTable.End.SUFFIX, builder.suffixes);
  }

  /** Gathers patterns; things are numbered by the caller, and the lowest number comes first. */
  static final class Builder<T> {
    private final Map<String, List<Entry<T>>> exact = new LinkedHashMap<>();
    private final Map<String, List<Entry<T>>> prefixes = new LinkedHashMap<>();
    private final Map<String, List<Entry<T>>> suffixes = new LinkedHashMap<>();

    /** Adds a thing; orders must not fall from one call to the next. */
    void add(int order, NamePattern pattern, T value) {
      String text = pattern.text();
      int star = text.indexOf('*');
      boolean one = star == text.lastIndexOf('*');
      if (star < 0) {
        add(exact, text, new Entry<>(order, value, null));
      } else if (star == 0 && one) {
        add(suffixes, text.substring(1), new Entry<>(order, value, null));
      } else {
        boolean whole = one && star == text.length() - 1;
        add(prefixes, text.substring(0, star), new Entry<>(order, value, whole ? null : pattern));
      }
    }

    private static <T> void add(Map<String, List<Entry<T>>> to, String key, Entry<T> entry) {
      to.computeIfAbsent(key, k -> new ArrayList<>()).add(entry);
    }

    NameTable<T> build() {
      return new NameTable<>(this);
    }
  }

  /** The first thing whose pattern matches the name and that the test takes; null if none is. */
  T first(String name, Test<? super T> test) {
    First<T> out = new First<>(name, test);
    List<Entry<T>> here = exact.get(name);
    if (here != null) {
      out.found(here);
    }
    prefixes.visit(name, out);
    suffixes.visit(name, out);
    return out.best == null ? null : out.best.value;
  }

  /** The best so far of one search. */
  private static final class First<T> implements AffixTable.Visitor<Entry<T>> {
    private final String name;
    private final Test<? super T> test;
    private Entry<T> best;

    private First(String name, Test<? super T> test) {
      this.name = name;
      this.test = test;
    }

    @Override
    public void found(List<Entry<T>> under) {
      for (int i = 0; i < under.size(); i++) {
        Entry<T> entry = under.get(i);
        if (best != null && best.order <= entry.order) {
          return;
        }
        if ((entry.rest == null || entry.rest.matches(name)) && test.takes(entry.value)) {
          best = entry;
          return;
        }
      }
    }
  }
}
