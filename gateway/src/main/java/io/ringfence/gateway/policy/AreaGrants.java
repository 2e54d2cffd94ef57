package io.ringfence.gateway.policy;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Grants by the area of who has them; few areas have any. */
final class AreaGrants {
  static final AreaGrants NONE = new AreaGrants(Map.of());

  private final int[] numbers;
  private final GrantSet[] sets;

  AreaGrants(Map<Integer, GrantSet> byArea) {
    TreeMap<Integer, GrantSet> sorted = new TreeMap<>(byArea);
    numbers = sorted.keySet().stream().mapToInt(Integer::intValue).toArray();
    sets = sorted.values().toArray(GrantSet[]::new);
  }

  /** Null when nobody there has a grant. */
  GrantSet of(Area area) {
    int found = Arrays.binarySearch(numbers, area.number());
    return found < 0 ? null : sets[found];
  }
}
