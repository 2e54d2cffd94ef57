package io.ringfence.gateway.identity;

import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers what was used lately, within a bound: between half of the bound and the bound, once
 * there is that much.
 *
 * <p>Two maps: what is looked up moves to the younger; when that is full it becomes the older, and
 * what was the older is forgotten.
 */
final class RecentCache<K, V> {
  private final int halfMax;
  private volatile ConcurrentHashMap<K, V> young = new ConcurrentHashMap<>();
  private volatile ConcurrentHashMap<K, V> old = new ConcurrentHashMap<>();

  /**
   * @param entriesMax how much is remembered at most
   */
  RecentCache(int entriesMax) {
    this.halfMax = Math.max(1, entriesMax / 2);
  }

  /** Null when it is not known. */
  V get(K key) {
    V value = young.get(key);
    if (value != null) {
      return value;
    }
    value = old.get(key);
    if (value != null) {
      put(key, value);
    }
    return value;
  }

  void put(K key, V value) {
    if (young.mappingCount() >= halfMax) {
      turn();
    }
    young.put(key, value);
  }

  private synchronized void turn() {
    if (young.mappingCount() >= halfMax) {
      old = young;
      young = new ConcurrentHashMap<>();
    }
  }

  void remove(K key) {
    young.remove(key);
    old.remove(key);
  }

  long size() {
    return young.mappingCount() + old.mappingCount();
  }
}
