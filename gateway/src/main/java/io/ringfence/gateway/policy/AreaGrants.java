package io.ringfence.gateway.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Grants by the area of who has them; few areas have any. Each set of an area is what one place
 * brings that the area lies in, so that all areas of a place share its set.
 */
final class AreaGrants {
  static final AreaGrants NONE = new AreaGrants(Map.of());
  private static final GrantSet[] NOTHING = {};

  private final int[] numbers;
  private final GrantSet[][] sets;

  AreaGrants(Map<Integer, List<GrantSet>> byArea) {
    TreeMap<Integer, List<GrantSet>> sorted = new TreeMap<>(byArea);
    numbers = sorted.keySet().stream().mapToInt(Integer::intValue).toArray();
    sets = sorted.values().stream().map(s -> s.toArray(NOTHING)).toArray(GrantSet[][]::new);
  }

  /** The first grant of somebody there that permits the request; null if none does. */
  Grant first(Area area, Question question) {
    int found = Arrays.binarySearch(numbers, area.number());
    Grant out = null;
    for (GrantSet set : found < 0 ? NOTHING : sets[found]) {
      out = Grant.earlier(out, set.first(question));
    }
    return out;
  }

  /** The first grant of somebody there, of whatever it is; null if there is none. */
  Grant any(Area area) {
    int found = Arrays.binarySearch(numbers, area.number());
    Grant out = null;
    for (GrantSet set : found < 0 ? NOTHING : sets[found]) {
      out = Grant.earlier(out, set.any());
    }
    return out;
  }
}
