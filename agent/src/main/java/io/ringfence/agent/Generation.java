package io.ringfence.agent;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * One numbered state of the policy at this place.
 *
 * @param number from 1, never used twice
 * @param artifact the libnftables transaction that loads it
 * @param sources the blueprint's files by name
 */
public record Generation(
    int number, Instant created, String placement, String artifact, Map<String, String> sources) {
  public Generation {
    sources = new TreeMap<>(sources);
  }
}
