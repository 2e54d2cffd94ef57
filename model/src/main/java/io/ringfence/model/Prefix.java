package io.ringfence.model;

/** A CIDR prefix (RFC 4632): the addresses whose first {@code length} bits are the network's. */
public record Prefix(Address network, int length) implements Comparable<Prefix> {
  public Prefix {
    if (length < 0 || length > network.family().bits()) {
      throw new IllegalArgumentException(
          "prefix length " + length + " is not within 0-" + network.family().bits());
    }
    Address masked = mask(network, length);
    if (!masked.equals(network)) {
      throw new IllegalArgumentException(
          "`"
              + network
              + "/"
              + length
              + "` has host bits set; the network is "
              + masked
              + "/"
              + length);
    }
  }

  /**
   * Parses {@code 10.20.0.0/24} or {@code fd00::/64}; a bare address is its host prefix.
   *
   * @throws IllegalArgumentException when the text is no prefix, or has host bits set
   */
  public static Prefix parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return host(Address.parse(text));
    }
    Address address = Address.parse(text.substring(0, slash));
    String length = text.substring(slash + 1);
    if (!length.matches("0|[1-9][0-9]{0,2}")) {
      throw new IllegalArgumentException("`" + text + "` has no prefix length after the slash");
    }
    return new Prefix(address, Integer.parseInt(length));
  }

  /** The prefix that holds only this address. */
  public static Prefix host(Address address) {
    return new Prefix(address, address.family().bits());
  }

  /** The prefix of this length around an address, host bits cleared. */
  public static Prefix around(Address address, int length) {
    return new Prefix(mask(address, length), length);
  }

  private static Address mask(Address address, int length) {
    int hostBits = address.family().bits() - length;
    long high =
        hostBits >= 128 ? 0 : hostBits > 64 ? clear(address.high(), hostBits - 64) : address.high();
    long low = hostBits >= 64 ? 0 : clear(address.low(), hostBits);
    return new Address(address.family(), high, low);
  }

  private static long clear(long bits, int count) {
    return count == 0 ? bits : count >= 64 ? 0 : bits & (-1L << count);
  }

  public Family family() {
    return network.family();
  }

  /** The highest address of the prefix. */
  public Address last() {
    int hostBits = family().bits() - length;
    long high = hostBits <= 64 ? network.high() : network.high() | ones(hostBits - 64);
    long low = network.low() | ones(Math.min(hostBits, 64));
    return new Address(family(), high, low);
  }

  private static long ones(int count) {
    return count == 0 ? 0 : -1L >>> (64 - count);
  }

  public AddressRange range() {
    return new AddressRange(network, last());
  }

  public boolean contains(Address address) {
    return range().contains(address);
  }

  @Override
  public int compareTo(Prefix other) {
    int byNetwork = network.compareTo(other.network);
    return byNetwork != 0 ? byNetwork : Integer.compare(length, other.length);
  }

  @Override
  public String toString() {
    return network + "/" + length;
  }
}
