package io.ringfence.model;

/** What an operation does; the closed list. */
public enum Action implements Words {
  QUERY(true),
  INSERT(true),
  UPDATE(true),
  DELETE(true),
  INDEX(true),
  MANAGE(true),
  CLUSTER(false),
  SNAPSHOT(true),
  METRICS(false),
  HEALTH(false);

  private final boolean onCollection;

  Action(boolean onCollection) {
    this.onCollection = onCollection;
  }

  /** True when the action names a collection; the others concern the whole server. */
  public boolean onCollection() {
    return onCollection;
  }
}
