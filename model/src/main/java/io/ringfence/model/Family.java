package io.ringfence.model;

/** An IP address family. */
public enum Family {
  IPV4(32),
  IPV6(128);

  private final int bits;

  Family(int bits) {
    this.bits = bits;
  }

  /** The width of an address, in bits. */
  public int bits() {
    return bits;
  }
}
