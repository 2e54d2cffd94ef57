package io.ringfence.model;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.regex.Pattern;

/**
 * One IPv4 or IPv6 address as an unsigned 128-bit number; an IPv4 address uses the low 32 bits.
 *
 * <p>Text follows RFC 5952. Ordered by family, then by number.
 */
public record Address(Family family, long high, long low) implements Comparable<Address> {
  private static final Pattern DOTTED_QUAD =
      Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
  private static final Pattern COLONS = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  public Address {
    if (family == Family.IPV4 && (high != 0 || low >>> 32 != 0)) {
      throw new IllegalArgumentException("an IPv4 address has 32 bits");
    }
  }

  /** The IPv4 address with these 32 bits. */
  public static Address ipv4(int bits) {
    return new Address(Family.IPV4, 0, Integer.toUnsignedLong(bits));
  }

  /** The IPv6 address with these two halves, most significant first. */
  public static Address ipv6(long high, long low) {
    return new Address(Family.IPV6, high, low);
  }

  /** The address with these 4 or 16 bytes, network order. */
  public static Address of(byte[] bytes) {
    if (bytes.length != 4 && bytes.length != 16) {
      throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length);
    }
    long high = 0;
    long low = 0;
    for (byte b : bytes) {
      high = (high << 8) | (low >>> 56);
      low = (low << 8) | Byte.toUnsignedLong(b);
    }
    return new Address(bytes.length == 4 ? Family.IPV4 : Family.IPV6, high, low);
  }

  /**
   * Parses a literal: four decimal numbers, or RFC 4291 text without a zone. Shortened IPv4 forms
   * ({@code 10.1}), leading zeros and IPv4-mapped IPv6 addresses, which tools read differently, are
   * refused.
   *
   * @throws IllegalArgumentException when the text is no such literal
   */
  public static Address parse(String text) {
    boolean v4 = DOTTED_QUAD.matcher(text).matches();
    if (!v4 && !COLONS.matcher(text).matches()) {
      throw new IllegalArgumentException("`" + text + "` is not an IP address");
    }
    InetAddress parsed;
    try {
      parsed = InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("`" + text + "` is not an IP address", e);
    }
    if (!v4 && parsed instanceof Inet4Address) {
      throw new IllegalArgumentException(
          "`" + text + "` is an IPv4-mapped address; write " + parsed.getHostAddress());
    }
    return of(parsed.getAddress());
  }

  /** The 4 or 16 bytes, network order. */
  public byte[] bytes() {
    byte[] out = new byte[family.bits() / 8];
    for (int i = 0; i < out.length; i++) {
      int shift = 8 * (out.length - 1 - i);
      out[i] = (byte) (shift >= 64 ? high >>> (shift - 64) : low >>> shift);
    }
    return out;
  }

  /** Bit {@code index}, counted from the most significant (0) to {@code family.bits() - 1}. */
  public boolean bit(int index) {
    int shift = family.bits() - 1 - index;
    return ((shift >= 64 ? high >>> (shift - 64) : low >>> shift) & 1) != 0;
  }

  /** The lowest address of a family. */
  public static Address first(Family family) {
    return new Address(family, 0, 0);
  }

  /** The highest address of a family. */
  public static Address last(Family family) {
    return family == Family.IPV4 ? ipv4(-1) : ipv6(-1, -1);
  }

  /**
   * The next higher address.
   *
   * @throws IllegalStateException past the family's last address
   */
  public Address next() {
    if (equals(last(family))) {
      throw new IllegalStateException("no address after " + this);
    }
    return new Address(family, low == -1 ? high + 1 : high, low + 1);
  }

  /** True when the other address is the next higher one. */
  public boolean precedes(Address other) {
    long nextHigh = low == -1 ? high + 1 : high;
    return family == other.family
        && low + 1 == other.low
        && nextHigh == other.high
        && (low != -1 || high != -1);
  }

  /**
   * The next lower address.
   *
   * @throws IllegalStateException before the family's first address
   */
  public Address previous() {
    if (equals(first(family))) {
      throw new IllegalStateException("no address before " + this);
    }
    return new Address(family, low == 0 ? high - 1 : high, low - 1);
  }

  @Override
  public int compareTo(Address other) {
    if (family != other.family) {
      return family.compareTo(other.family);
    }
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    return family == Family.IPV4 ? dotted() : compressed();
  }

  private String dotted() {
    return (low >>> 24)
        + "."
        + ((low >>> 16) & 255)
        + "."
        + ((low >>> 8) & 255)
        + "."
        + (low & 255);
  }

  private int group(int index) {
    return (int) ((index < 4 ? high >>> (48 - 16 * index) : low >>> (112 - 16 * index)) & 0xffff);
  }

  /**
   * RFC 5952: the longest run of two or more zero groups, the first of equals, becomes {@code ::}.
   */
  private String compressed() {
    int bestStart = -1;
    int bestLength = 1;
    for (int start = 0; start < 8; start++) {
      int length = 0;
      while (start + length < 8 && group(start + length) == 0) {
        length++;
      }
      if (length > bestLength) {
        bestStart = start;
        bestLength = length;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == bestStart) {
        text.append("::");
        i += bestLength - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(group(i)));
    }
    return text.toString();
  }
}
