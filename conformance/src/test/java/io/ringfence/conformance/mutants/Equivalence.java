package io.ringfence.conformance.mutants;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.conformance.mutants.SmtRuleset.Outcome;
import io.ringfence.targets.nftables.Generation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether two rulesets do the same to every packet, by a solver: accepted alike, and marked alike
 * when accepted.
 */
final class Equivalence {
  /** What the solver says. */
  enum Answer {
    /** To every packet, also such as no kernel has. */
    EQUAL,
    /** To every packet that there can be. */
    EQUAL_WHERE_PACKETS_ARE,
    /** To all but ICMP errors from an address at neither end of the flow that they are about. */
    EQUAL_BUT_FOR_STRANGERS_ERRORS,
    DIFFERENT,
    /** No answer in time, or a construct that has no meaning here. */
    UNKNOWN
  }

  /**
   * @param difference a packet that the two treat differently, as the solver puts it
   */
  record Result(Answer answer, String difference) {}

  private static final int TIMEOUT_MILLIS = 60_000;
  private static final List<String> HOOKS = List.of("input", "output", "forward");
  private static final String SYN = "#x02";
  private static final String ANOTHER_INTERFACE = "#xff";

  /** In place of an interface's number: what stays on the machine goes out by it. */
  private static final String LOOPBACK = "lo";

  private final Z3 solver;
  private final JsonNode original;
  private final Generation generation;

  /**
   * @param generation whose mark means that the original has permitted a connection
   */
  Equivalence(Z3 solver, JsonNode original, Generation generation) {
    this.solver = solver;
    this.original = original;
    this.generation = generation;
  }

  Result compare(JsonNode other) {
    Answer answer = Answer.EQUAL;
    for (String hook : HOOKS) {
      try {
        Result there = compare(hook, other);
        if (there.answer().compareTo(Answer.DIFFERENT) >= 0) {
          return there;
        }
        answer = there.answer().compareTo(answer) > 0 ? there.answer() : answer;
      } catch (SmtRuleset.UnknownConstruct e) {
        return new Result(Answer.UNKNOWN, e.getMessage());
      }
    }
    return new Result(answer, "");
  }

  /** The strictest sense in which they are equal at a hook. */
  private Result compare(String hook, JsonNode other) {
    String said = "";
    for (Scope scope : Scope.values()) {
      said = solver.evaluate(script(hook, other, scope));
      if (said.startsWith("unsat")) {
        return new Result(scope.answer, "");
      }
    }
    Answer kind = said.startsWith("sat") ? Answer.DIFFERENT : Answer.UNKNOWN;
    return new Result(kind, hook + ": " + said.replaceAll("\\s+", " "));
  }

  /** Which packets are looked at. */
  private enum Scope {
    ALL(Answer.EQUAL),
    POSSIBLE(Answer.EQUAL_WHERE_PACKETS_ARE),
    NO_STRANGERS(Answer.EQUAL_BUT_FOR_STRANGERS_ERRORS);

    private final Answer answer;

    Scope(Answer answer) {
      this.answer = answer;
    }
  }

  /** Satisfiable by a packet that the two treat differently. */
  private String script(String hook, JsonNode other, Scope scope) {
    StringBuilder script = new StringBuilder();
    script.append("(set-option :timeout ").append(TIMEOUT_MILLIS).append(")\n");
    PacketTerms packet = PacketTerms.declared("", script);
    List<String> interfaces = interfaces(other);
    Set<String> answered = new HashSet<>();
    Outcome a = new SmtRuleset(original, "a", packet, interfaces, answered, script).at(hook);
    Outcome b = new SmtRuleset(other, "b", packet, interfaces, answered, script).at(hook);
    String status = "(not (= " + a.status() + " " + b.status() + "))";
    if (scope == Scope.ALL) {
      String marked = "(not (= " + policyBits(a.mark()) + " " + policyBits(b.mark()) + "))";
      script.append("(assert (or ").append(status).append(" (and ").append(isAccepted(b));
      script.append(" ct ").append(marked).append(")))\n(check-sat)\n");
      return script.toString();
    }
    String permitted = permitted(hook, interfaces, answered, packet, script);
    script.append("(assert (or ").append(status).append(" (and ct ").append(isAccepted(b));
    script.append(' ').append(isWronglyMarked(b.mark(), permitted)).append(")))\n");
    possible(hook, permitted).forEach(t -> assertThat(t, script));
    if (scope == Scope.NO_STRANGERS) {
      assertThat("(=> (and (= state #x04) " + error() + ") " + fromAnEnd() + ")", script);
    }
    script.append("(check-sat)\n(get-value (v6 iif oif l4 src4 dst4 src6 dst6 ct state mark");
    script.append(
        " owned owner reply oproto osrc4 odst4 osrc6 odst6 oport sport dport flags type hop))\n");
    return script.toString();
  }

  private static void assertThat(String term, StringBuilder script) {
    script.append("(assert ").append(term).append(")\n");
  }

  private static String isAccepted(Outcome outcome) {
    return "(= " + outcome.status() + " " + SmtRuleset.ACCEPT + ")";
  }

  /** The bits of a mark that generations have; the others are not ours. */
  private static String policyBits(String mark) {
    return "(bvand " + mark + " " + mask(Generation.MARK_MASK) + ")";
  }

  private static String mask(int bits) {
    return SmtRuleset.bits(Integer.toUnsignedLong(bits), 32);
  }

  /**
   * Set to the mark of what is permitted although it is not, or to that of another generation; not
   * to set it is no harm, since what bears no mark is judged anew.
   */
  private String isWronglyMarked(String mark, String permitted) {
    String bits = policyBits(mark);
    String current = "(= " + bits + " " + mask(generation.mark()) + ")";
    return "(and (not (= "
        + bits
        + " "
        + policyBits("mark")
        + ")) (not (= "
        + bits
        + " #x00000000)) (not (and "
        + current
        + " "
        + permitted
        + ")))";
  }

  private List<String> interfaces(JsonNode other) {
    Set<String> names = new TreeSet<>(Set.of("lo"));
    for (JsonNode ruleset : List.of(original, other)) {
      Leaves.of(new RulesetTree(ruleset), List.of("ifname"))
          .forEach(l -> names.add(l.value().asText()));
    }
    return List.copyOf(names);
  }

  // --- Which packets there can be ---

  private List<String> possible(String hook, String permitted) {
    String announced = "(and (= state #x04) (not " + error() + "))";
    List<String> all = new ArrayList<>();
    all.add(hook.equals("output") ? "(= iif #x00)" : "(not (= iif #x00))");
    all.add(hook.equals("input") ? "(= oif #x00)" : "(not (= oif #x00))");
    all.add("(ite v6 " + hasNot("#x01") + " " + hasNot("#x3a") + ")");
    all.add("(or (= state #x01) (= state #x02) (= state #x04) (= state #x08) (= state #x40))");
    all.add("(= ct (or (= state #x02) (= state #x04) (= state #x08)))");
    all.add("(=> (= state #x08) (and (not reply) (= mark #x00000000)))");
    all.add("(=> (or (= state #x02) (= state #x08) " + announced + ") " + belongs() + ")");
    all.add("(=> " + announced + " (not reply))");
    all.add("(=> (and (= l4 #x06) (or (= state #x08) " + announced + ")) " + validFlags() + ")");
    all.add(ownedBy(hook, announced));
    all.add("(=> ct (not " + infrastructure("oproto", "((_ extract 15 8) oport)") + "))");
    all.add("(=> (= state #x01) (not " + infrastructure("l4", "type") + "))");
    // A connection that another announced inherits its mark, permitted or not.
    all.add("(=> (and " + isCurrent() + " (not " + announced + ")) " + permitted + ")");
    return all;
  }

  /** What a connection's opener sends is of one socket; of other packets nothing is known. */
  private static String ownedBy(String hook, String announced) {
    String opener = "(or (= state #x02) (= state #x08) " + announced + ")";
    return hook.equals("output")
        ? "(=> (and (not reply) " + opener + ") (and (= owned oowned) (= owner oowner)))"
        : "true";
  }

  private static String hasNot(String protocol) {
    return "(and (not (= l4 " + protocol + ")) (not (= oproto " + protocol + ")))";
  }

  /** The kernel takes other combinations for damage: SYN, SYN-ACK, RST, RST-ACK, FIN-ACK, ACK. */
  private static String validFlags() {
    return Stream.of("#x02", "#x12", "#x04", "#x14", "#x11", "#x10")
        .map(f -> "(= (bvand flags #x17) " + f + ")")
        .collect(Collectors.joining(" ", "(or ", ")"));
  }

  /** An error bears the address of an end of its flow: it is sent by whom the flow's packet met. */
  private static String fromAnEnd() {
    return "(ite v6 (or (= src6 osrc6) (= src6 odst6)) (or (= src4 osrc4) (= src4 odst4)))";
  }

  /** An error about a connection, which alone bears other addresses than the connection's. */
  private static String error() {
    return "(and (or (= l4 #x01) (= l4 #x3a)) (not " + infrastructure("l4", "type") + "))";
  }

  /** The packet's own fields are its connection's, one way round or the other. */
  private static String belongs() {
    return "(and (= l4 oproto)"
        + " (ite reply (and (= src4 odst4) (= dst4 osrc4) (= src6 odst6) (= dst6 osrc6))"
        + " (and (= src4 osrc4) (= dst4 odst4) (= src6 osrc6) (= dst6 odst6)))"
        + " (=> (or (= l4 #x06) (= l4 #x11) (= l4 #x84))"
        + " (ite reply (= sport oport) (= dport oport)))"
        + " (=> (and (or (= l4 #x01) (= l4 #x3a)) (not reply))"
        + " (= type ((_ extract 15 8) oport)))"
        + " (=> (and (= l4 #x3a) reply) (bvult type #x82))"
        + " (=> (and (= l4 #x01) reply) true))";
  }

  private static String infrastructure(String protocol, String type) {
    return "(and (= "
        + protocol
        + " #x3a) (or (and (bvuge "
        + type
        + " #x82) (bvule "
        + type
        + " #x89)) (= "
        + type
        + " #x8f)))";
  }

  private String isCurrent() {
    return "(and ct (= (bvand mark "
        + SmtRuleset.bits(Integer.toUnsignedLong(Generation.MARK_MASK), 32)
        + ") "
        + SmtRuleset.bits(Integer.toUnsignedLong(generation.mark()), 32)
        + "))";
  }

  /**
   * INVARIANT (only what is permitted bears the current mark): a first packet of the flow, come by
   * some interface, gets it. What goes by the loopback is of connections that were opened there.
   */
  private String permitted(
      String at,
      List<String> interfaces,
      Set<String> answered,
      PacketTerms packet,
      StringBuilder script) {
    List<String> numbers = new ArrayList<>(List.of(ANOTHER_INTERFACE));
    for (int i = 0; i < interfaces.size(); i++) {
      if (!interfaces.get(i).equals("lo")) {
        numbers.add(SmtRuleset.bits(i + 1, 8));
      }
    }
    numbers.add(LOOPBACK);
    String stays = stays(at, interfaces);
    List<String> ways = new ArrayList<>();
    for (String number : numbers) {
      PacketTerms first = packet.with(first(number, interfaces));
      SmtRuleset ruleset =
          new SmtRuleset(original, "p" + name(number), first, interfaces, answered, script);
      for (String hook : number.equals(LOOPBACK) ? List.of("output") : HOOKS) {
        Outcome end = ruleset.at(hook);
        ways.add(
            "(and (= "
                + stays
                + " "
                + number.equals(LOOPBACK)
                + ") "
                + isAccepted(end)
                + " (not (= "
                + policyBits(end.mark())
                + " #x00000000)))");
      }
    }
    return "(or " + String.join(" ", ways) + ")";
  }

  /** Nothing is forwarded by the loopback. */
  private static String stays(String hook, List<String> interfaces) {
    return switch (hook) {
      case "input" -> "(= iif " + loopback(interfaces) + ")";
      case "output" -> "(= oif " + loopback(interfaces) + ")";
      default -> "false";
    };
  }

  private static String loopback(List<String> interfaces) {
    return SmtRuleset.bits(interfaces.indexOf(LOOPBACK) + 1L, 8);
  }

  private static String name(String number) {
    return number.replace("#", "");
  }

  /** What the first packet of a connection has where others of it have something else. */
  private static Map<String, String> first(String interfaceNumber, List<String> interfaces) {
    Map<String, String> out = new LinkedHashMap<>();
    boolean loopback = interfaceNumber.equals(LOOPBACK);
    out.put("iif", loopback ? "#x00" : interfaceNumber);
    out.put("oif", loopback ? loopback(interfaces) : ANOTHER_INTERFACE);
    out.put("owned", "oowned");
    out.put("owner", "oowner");
    out.put("l4", "oproto");
    out.put("src4", "osrc4");
    out.put("dst4", "odst4");
    out.put("src6", "osrc6");
    out.put("dst6", "odst6");
    out.put("ct", "true");
    out.put("state", "#x08");
    out.put("mark", "#x00000000");
    out.put("reply", "false");
    out.put("flags", SYN);
    out.put("dport", "oport");
    out.put("type", "((_ extract 15 8) oport)");
    return out;
  }
}
