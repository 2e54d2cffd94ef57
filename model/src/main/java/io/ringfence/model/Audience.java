package io.ringfence.model;

/** Who should reach an engine's service, as its vendor means it. */
public enum Audience implements Words {
  /** Clients, and those through a gateway only. */
  GATEWAY,
  /** The nodes of the same cluster. */
  CLUSTER,
  /** Who scrapes metrics. */
  SCRAPER,
  /** Nobody over a network. */
  NOBODY,
  /** Whom the access rules name: one that no engine defines, or whose clients are other engines. */
  ANYONE
}
