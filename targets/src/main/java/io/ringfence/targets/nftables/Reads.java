package io.ringfence.targets.nftables;

import io.ringfence.model.Family;
import io.ringfence.model.Protocol;
import io.ringfence.targets.nftables.ruleset.Expression;
import io.ringfence.targets.nftables.ruleset.Statement;
import io.ringfence.targets.nftables.ruleset.Value;
import io.ringfence.targets.nftables.ruleset.Verdict;
import java.util.List;
import java.util.stream.Stream;

/** What the rendered rules read, and how they say so. */
final class Reads {
  /** The tuple that opened the connection, so that replies are judged as what they reply to. */
  static final Expression PROTOCOL = new Expression.CtOriginal("protocol");

  static final Expression PORT = new Expression.CtOriginal("proto-dst");

  /**
   * Stands before every rule that reads {@link #PORT}: nft takes a port of the original tuple only
   * where it knows protocols that have one. ICMP is among them since the tuple of an ICMP error is
   * that of the connection it is about.
   */
  static final Statement HAS_PORT =
      equal(
          new Expression.Meta("l4proto"),
          new Value.OneOf(
              Stream.of("icmp", "tcp", "udp", "ipv6-icmp", "sctp").map(Reads::word).toList()));

  static final Statement IS_ICMP =
      equal(
          new Expression.Meta("l4proto"),
          new Value.OneOf(Stream.of("icmp", "ipv6-icmp").map(Reads::word).toList()));

  private Reads() {}

  /**
   * The packets that belong to connections of a protocol: its own, and errors. In place of {@link
   * #HAS_PORT} where there are as many rules as the policy has, since nft makes a set for each.
   */
  static List<Statement> carried(Protocol protocol, Family family) {
    Protocol icmp = family == Family.IPV4 ? Protocol.ICMP : Protocol.ICMPV6;
    return Stream.of(protocol, icmp)
        .distinct()
        .map(p -> equal(new Expression.Meta("l4proto"), value(p)))
        .toList();
  }

  static Value word(String text) {
    return new Value.Word(text);
  }

  static Expression source(Family family) {
    return new Expression.CtOriginal(protocol(family) + " saddr");
  }

  static Expression destination(Family family) {
    return new Expression.CtOriginal(protocol(family) + " daddr");
  }

  static Expression packetSource(Family family) {
    return new Expression.Payload(protocol(family), "saddr");
  }

  static Expression packetDestination(Family family) {
    return new Expression.Payload(protocol(family), "daddr");
  }

  private static String protocol(Family family) {
    return family == Family.IPV4 ? "ip" : "ip6";
  }

  static Statement isFamily(Family family) {
    return equal(new Expression.Meta("nfproto"), word(family == Family.IPV4 ? "ipv4" : "ipv6"));
  }

  static Value value(Protocol protocol) {
    if (protocol.equals(Protocol.ICMPV6)) {
      return word("ipv6-icmp");
    }
    return protocol.hasPorts() || protocol.isIcmp()
        ? word(protocol.toString())
        : new Value.Numeral(protocol.number());
  }

  static Statement state(String... states) {
    return new Statement.Match(
        new Expression.Ct("state"), Statement.Operator.ANY, new Value.AnyFlag(List.of(states)));
  }

  static Statement equal(Expression left, Value right) {
    return new Statement.Match(left, Statement.Operator.EQUAL, right);
  }

  static Statement unequal(Expression left, Value right) {
    return new Statement.Match(left, Statement.Operator.NOT_EQUAL, right);
  }

  static Statement accept() {
    return new Statement.Apply(new Verdict.Accept());
  }

  static Statement drop() {
    return new Statement.Apply(new Verdict.Drop());
  }

  static Statement back() {
    return new Statement.Apply(new Verdict.Return());
  }

  static Statement jump(String chain) {
    return new Statement.Apply(new Verdict.Jump(chain));
  }

  static Statement goTo(String chain) {
    return new Statement.Apply(new Verdict.Goto(chain));
  }
}
