package io.ringfence.targets.nftables.ruleset;

import java.util.List;
import java.util.stream.Collectors;

/** A ruleset as nft's own text, to be read by people and by {@code nft -f}. */
final class RulesetText {
  private final Ruleset ruleset;
  private final StringBuilder out = new StringBuilder();

  RulesetText(Ruleset ruleset) {
    this.ruleset = ruleset;
  }

  String transaction() {
    String table = "inet " + ruleset.table();
    out.append("table ").append(table).append("\ndelete table ").append(table).append('\n');
    out.append("\ntable ").append(table).append(" {\n");
    ruleset.sets().forEach(this::set);
    ruleset.maps().forEach(this::map);
    ruleset.chains().forEach(this::chain);
    return out.append("}\n").toString();
  }

  private void line(int indent, String text) {
    out.append("\t".repeat(indent)).append(text).append('\n');
  }

  private void block(String head, Runnable body) {
    if (out.charAt(out.length() - 2) != '{') {
      out.append('\n');
    }
    line(1, head + " {");
    body.run();
    line(1, "}");
  }

  private void set(NamedSet set) {
    block(
        "set " + set.name(),
        () -> {
          line(2, "type " + String.join(" . ", set.types()));
          flags(set.flags());
          set.comment().ifPresent(c -> line(2, "comment " + quoted(c)));
          elements(set.elements().stream().map(e -> value(e, set.types())).toList());
        });
  }

  private void map(VerdictMap map) {
    block(
        "map " + map.name(),
        () -> {
          line(2, "type " + String.join(" . ", map.types()) + " : verdict");
          flags(map.flags());
          map.size().ifPresent(s -> line(2, "size " + s));
          if (map.counts()) {
            line(2, "counter");
          }
          elements(map.elements().stream().map(e -> element(e, map.types())).toList());
        });
  }

  private static String element(VerdictMap.Element element, List<String> types) {
    String counter = element.counted() ? " counter" : "";
    String counted = counter + element.comment().map(c -> " comment " + quoted(c)).orElse("");
    return value(element.key(), types) + counted + " : " + verdict(element.verdict());
  }

  private void flags(List<String> flags) {
    if (!flags.isEmpty()) {
      line(2, "flags " + String.join(",", flags));
    }
  }

  private void elements(List<String> elements) {
    if (!elements.isEmpty()) {
      line(2, "elements = {");
      elements.forEach(e -> line(3, e + ","));
      line(2, "}");
    }
  }

  private void chain(Chain chain) {
    block(
        "chain " + chain.name(),
        () -> {
          chain
              .hook()
              .ifPresent(h -> line(2, "type filter hook " + h + " priority 0; policy drop;"));
          chain.rules().forEach(r -> line(2, rule(r)));
        });
  }

  private static String rule(Rule rule) {
    String body =
        rule.statements().stream().map(RulesetText::statement).collect(Collectors.joining(" "));
    return body + rule.comment().map(c -> " comment " + quoted(c)).orElse("");
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }

  private static String statement(Statement statement) {
    return switch (statement) {
      case Statement.Match s ->
          expression(s.left()) + " " + operator(s) + value(s.right(), types(s.left()));
      case Statement.Lookup s -> expression(s.key()) + " vmap @" + s.map();
      case Statement.Counter s -> "counter";
      case Statement.Limit s ->
          "limit rate " + s.perSecond() + "/second burst " + s.burstPackets() + " packets";
      case Statement.Log s ->
          "log prefix " + quoted(s.prefix()) + " group " + s.group() + " snaplen " + s.bytes();
      case Statement.SetMark s ->
          "ct mark set ct mark & " + hex(s.kept()) + (s.bits() == 0 ? "" : " | " + hex(s.bits()));
      case Statement.Apply s -> verdict(s.verdict());
    };
  }

  /** {@code ==} is what nft understands when nothing is written, except behind a mask. */
  private static String operator(Statement.Match match) {
    boolean plain =
        match.operator() == Statement.Operator.EQUAL
            && !(match.left() instanceof Expression.Masked);
    return plain ? "" : match.operator().text();
  }

  private static List<String> types(Expression expression) {
    return expression.equals(new Expression.Meta("iifname"))
            || expression.equals(new Expression.Meta("oifname"))
        ? List.of("ifname")
        : List.of();
  }

  private static String verdict(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Accept v -> "accept";
      case Verdict.Drop v -> "drop";
      case Verdict.Return v -> "return";
      case Verdict.Jump v -> "jump " + v.chain();
      case Verdict.Goto v -> "goto " + v.chain();
    };
  }

  private static String expression(Expression expression) {
    return switch (expression) {
      case Expression.Meta e -> (e.key().endsWith("ifname") ? "" : "meta ") + e.key();
      case Expression.Ct e -> "ct " + e.key();
      case Expression.CtOriginal e -> "ct original " + e.key();
      case Expression.Payload e -> e.protocol() + " " + e.field();
      case Expression.Masked e -> expression(e.of()) + " & " + mask(e.mask());
      case Expression.Concat e ->
          e.parts().stream().map(RulesetText::expression).collect(Collectors.joining(" . "));
    };
  }

  private static String mask(Value mask) {
    return mask instanceof Value.AnyFlag flags
        ? "(" + String.join("|", flags.flags()) + ")"
        : value(mask, List.of());
  }

  private static String value(Value value, List<String> types) {
    return switch (value) {
      case Value.Word v -> types.equals(List.of("ifname")) ? quoted(v.text()) : v.text();
      case Value.Numeral v -> Long.toString(v.number());
      case Value.Bits v -> hex(v.bits());
      case Value.Between v -> value(v.first(), types) + "-" + value(v.last(), types);
      case Value.Within v -> v.network() + "/" + v.length();
      case Value.Tuple v -> joined(v.parts(), " . ", List.of());
      case Value.OneOf v -> "{ " + joined(v.members(), ", ", types) + " }";
      case Value.AnyFlag v -> String.join(",", v.flags());
      case Value.Named v -> "@" + v.set();
    };
  }

  private static String joined(List<Value> values, String between, List<String> types) {
    return values.stream().map(v -> value(v, types)).collect(Collectors.joining(between));
  }

  private static String hex(int bits) {
    return String.format("0x%08x", bits);
  }
}
