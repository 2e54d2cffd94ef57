package io.ringfence.gateway.policy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds all the affixes of a name, prefixes or suffixes, in one walk over it: the hash of each
 * longer affix comes from the one before.
 *
 * @param <T> what stands under an affix
 */
final class AffixTable<T> {
  /** At which end of the name the affixes stand. */
  enum End {
    PREFIX,
    SUFFIX
  }

  private static final int MULTIPLIER = 31;

  private final End end;
  private final BitSet lengths = new BitSet();
  private final int lengthMax;
  private final String[] affixes;
  private final List<List<T>> values = new ArrayList<>();
  private final int mask;

  AffixTable(End end, Map<String, List<T>> content) {
    this.end = end;
    int capacity = Integer.highestOneBit(Math.max(content.size(), 1)) << 2;
    mask = capacity - 1;
    affixes = new String[capacity];
    Map<Integer, List<T>> bySlot = new LinkedHashMap<>();
    content.forEach((affix, value) -> bySlot.put(add(affix), List.copyOf(value)));
    for (int i = 0; i < capacity; i++) {
      values.add(bySlot.get(i));
    }
    lengthMax = lengths.length() - 1;
  }

  private int add(String affix) {
    int hash = 0;
    for (int i = 0; i < affix.length(); i++) {
      hash = MULTIPLIER * hash + at(affix, i);
    }
    int slot = slot(hash);
    while (affixes[slot] != null) {
      slot = (slot + 1) & mask;
    }
    affixes[slot] = affix;
    lengths.set(affix.length());
    return slot;
  }

  private char at(String name, int index) {
    return name.charAt(end == End.PREFIX ? index : name.length() - 1 - index);
  }

  private int slot(int hash) {
    return (hash ^ (hash >>> 15)) & mask;
  }

  /** Calls the visitor for what stands under each affix of the name, the shortest first. */
  void visit(String name, Visitor<T> visitor) {
    int hash = 0;
    int last = Math.min(name.length(), lengthMax);
    for (int length = 0; length <= last; length++) {
      if (lengths.get(length)) {
        probe(name, length, hash, visitor);
      }
      if (length < last) {
        hash = MULTIPLIER * hash + at(name, length);
      }
    }
  }

  private void probe(String name, int length, int hash, Visitor<T> visitor) {
    for (int slot = slot(hash); affixes[slot] != null; slot = (slot + 1) & mask) {
      String affix = affixes[slot];
      if (affix.length() == length
          && (end == End.PREFIX ? name.startsWith(affix) : name.endsWith(affix))) {
        visitor.found(values.get(slot));
        return;
      }
    }
  }

  /** Takes what stands under one affix. */
  @FunctionalInterface
  interface Visitor<T> {
    void found(List<T> under);
  }
}
