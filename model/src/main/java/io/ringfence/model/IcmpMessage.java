package io.ringfence.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The ICMP messages that open an exchange, so that a rule may permit them (RFC 792, RFC 4443). */
public enum IcmpMessage {
  ECHO_REQUEST(8, 128),
  TIMESTAMP_REQUEST(13, -1);

  private final int type4;
  private final int type6;

  IcmpMessage(int type4, int type6) {
    this.type4 = type4;
    this.type6 = type6;
  }

  /** The name in a blueprint, after {@code icmp/}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The message's types in each family that has it, any code. */
  public List<PortRange> ranges() {
    List<PortRange> out = new ArrayList<>();
    out.add(new PortRange(Protocol.ICMP, type4 << 8, type4 << 8 | 255));
    if (type6 >= 0) {
      out.add(new PortRange(Protocol.ICMPV6, type6 << 8, type6 << 8 | 255));
    }
    return List.copyOf(out);
  }
}
