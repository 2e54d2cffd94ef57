package io.ringfence.gateway.policy;

import io.ringfence.model.Family;
import java.util.Arrays;
import java.util.List;

/**
 * Sources that no rule tells apart: they lie in the same of all sets that rules name, and their
 * identities, which may differ, are members of the same tenants.
 *
 * @param number from 0, without gaps
 * @param sets the numbers of the sets they lie in, ascending; not to be changed
 * @param identified whether a workload with an identity is there
 * @param tenants the tenants of that identity, in the order declared
 */
record Area(int number, Family family, int[] sets, boolean identified, List<String> tenants) {
  boolean liesIn(int set) {
    return Arrays.binarySearch(sets, set) >= 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Area area && area.number == number;
  }

  @Override
  public int hashCode() {
    return number;
  }
}
