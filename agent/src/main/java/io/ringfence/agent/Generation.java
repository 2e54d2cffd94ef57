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
  /** Connections bear a generation in 12 bits of their mark; 0 is no generation. */
  public static final int STAMP_MAX = 4095;

  public Generation {
    sources = new TreeMap<>(sources);
  }

  /** The stamp of a generation's number: 1 to {@link #STAMP_MAX}, then round again. */
  public static int stamp(int number) {
    return (number - 1) % STAMP_MAX + 1;
  }
}
