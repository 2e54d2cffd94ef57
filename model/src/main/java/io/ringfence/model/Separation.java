package io.ringfence.model;

/** How a tenant's data is kept apart from the others'. */
public enum Separation implements Words {
  /** Own collections, told by their names. */
  NAMES,
  /** The engine's own means. */
  NATIVE,
  /** A shared collection with a mandatory filter on a key. */
  FILTER
}
