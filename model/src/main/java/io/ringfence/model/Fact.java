package io.ringfence.model;

/**
 * What a condition may read. {@code device} and {@code claims} are maps whose keys the operator's
 * own sources fill; the rest are single values.
 */
public enum Fact {
  REQUEST_TIME("request.time", Type.TIMESTAMP),
  REQUEST_ACTION("request.action", Type.STRING),
  REQUEST_COLLECTION("request.collection", Type.STRING),
  PRINCIPAL_ID("principal.id", Type.STRING),
  PRINCIPAL_TENANT("principal.tenant", Type.STRING),
  SESSION_AGE("session.age", Type.DURATION),
  SESSION_APPROVED("session.approved", Type.BOOL),
  DEVICE("device", Type.MAP),
  CLAIMS("claims", Type.MAP);

  private final String text;
  private final Type type;

  Fact(String text, Type type) {
    this.text = text;
    this.type = type;
  }

  /** The types that facts have in CEL. */
  public enum Type {
    BOOL,
    STRING,
    TIMESTAMP,
    DURATION,
    MAP
  }

  /** Its dotted name in a condition. */
  public String text() {
    return text;
  }

  public Type type() {
    return type;
  }
}
