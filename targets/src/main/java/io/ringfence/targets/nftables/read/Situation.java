package io.ringfence.targets.nftables.read;

import java.util.Locale;
import java.util.OptionalInt;

/**
 * All that is known of the packets that a set of flows stands for, but the flows themselves.
 *
 * @param kind how the packet belongs to its connection
 * @param reply true when it goes from the flow's destination to its source
 * @param mark the connection's mark
 * @param addressed true when the packet bears the flow's own addresses; an error about it may come
 *     from anywhere
 */
public record Situation(
    Hook hook,
    String inInterface,
    String outInterface,
    Kind kind,
    boolean reply,
    int mark,
    OptionalInt tcpFlags,
    OptionalInt hopLimit,
    boolean addressed) {
  public static final String LOOPBACK = "lo";
  public static final int SYN = 2;
  public static final int ACK = 16;

  /** Where a packet meets a ruleset. */
  public enum Hook {
    INPUT,
    OUTPUT,
    FORWARD;

    /** As nft calls it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How a packet belongs to its connection. */
  public enum Kind {
    /** The first of a connection. */
    NEW(8, true, false),
    ESTABLISHED(2, true, false),
    /** The first of a connection that another one announced, whose mark it has. */
    EXPECTED(4, true, false),
    /** An ICMP error about a connection. */
    ERROR(4, true, true),
    INVALID(1, false, false),
    /** Of no connection, as neighbour discovery is. */
    UNTRACKED(64, false, false),
    /** An ICMP error about no connection that the kernel knows. */
    STRAY_ERROR(1, false, true);

    private final int state;
    private final boolean connected;
    private final boolean error;

    Kind(int state, boolean connected, boolean error) {
      this.state = state;
      this.connected = connected;
      this.error = error;
    }

    int state() {
      return state;
    }

    boolean connected() {
      return connected;
    }

    boolean error() {
      return error;
    }
  }

  /** Packets that open flows; TCP's are SYNs. */
  public static Situation first(Hook hook, String in, String out) {
    return of(hook, in, out, Kind.NEW, false, 0).flagged(SYN);
  }

  /** Packets of one kind in one direction, whose connection has a mark. */
  public static Situation of(Hook hook, String in, String out, Kind kind, boolean reply, int mark) {
    boolean addressed = !kind.error();
    OptionalInt none = OptionalInt.empty();
    return new Situation(hook, in, out, kind, reply, mark, none, none, addressed);
  }

  public Situation flagged(int flags) {
    return new Situation(
        hook,
        inInterface,
        outInterface,
        kind,
        reply,
        mark,
        OptionalInt.of(flags),
        hopLimit,
        addressed);
  }

  public Situation hopLimited(int limit) {
    return new Situation(
        hook,
        inInterface,
        outInterface,
        kind,
        reply,
        mark,
        tcpFlags,
        OptionalInt.of(limit),
        addressed);
  }

  /**
   * True when the sender's socket is that of the flow's opener: in the direction in which it was
   * opened, where it goes out. Errors are the kernel's own.
   */
  boolean bySender() {
    return hook == Hook.OUTPUT && !reply && !kind.error();
  }

  /** The same packets before the kernel has looked for their connections. */
  Situation beforeTracking() {
    return as(kind.error() ? Kind.STRAY_ERROR : Kind.INVALID);
  }

  /** In words. */
  String text() {
    return hook.text()
        + (inInterface.isEmpty() ? "" : " in by `" + inInterface + "`")
        + (outInterface.isEmpty() ? "" : " out by `" + outInterface + "`")
        + (kind == Kind.NEW ? "" : " (" + kind.name().toLowerCase(Locale.ROOT))
        + (reply ? ", reply" : "")
        + (kind == Kind.NEW ? "" : ")");
  }

  /** The same packets, leaving by another interface. */
  Situation leaving(String out) {
    return new Situation(hook, inInterface, out, kind, reply, mark, tcpFlags, hopLimit, addressed);
  }

  /** The same packets, belonging otherwise to their connections. */
  Situation as(Kind other) {
    return new Situation(
        hook, inInterface, outInterface, other, reply, mark, tcpFlags, hopLimit, addressed);
  }

  /** The same, from one of the flow's own ends. */
  public Situation addressedAsItsFlow() {
    return new Situation(
        hook, inInterface, outInterface, kind, reply, mark, tcpFlags, hopLimit, true);
  }
}
