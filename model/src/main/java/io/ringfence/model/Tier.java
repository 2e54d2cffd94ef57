package io.ringfence.model;

/** The tier a segment belongs to. */
public enum Tier implements Words {
  APPLICATION,
  DATABASE,
  MANAGEMENT
}
