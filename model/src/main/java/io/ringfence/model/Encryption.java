package io.ringfence.model;

/** How a flow is protected on the wire. */
public enum Encryption implements Words {
  NONE,
  TLS,
  MTLS,
  TUNNEL
}
