package io.ringfence.model;

/** What happens to a denied flow of a segment. */
public enum Mode implements Words {
  /** It is logged and passes, unless its other end's segment enforces. */
  OBSERVE,
  /** It is dropped. */
  ENFORCE
}
