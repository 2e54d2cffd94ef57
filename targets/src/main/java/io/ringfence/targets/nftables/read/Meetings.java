package io.ringfence.targets.nftables.read;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What tells one meeting of packets with something not understood from another, in one walk. */
sealed interface Meetings {
  /**
   * What a variable stands for.
   *
   * @param way the chains and rules that packets have come by
   * @param more what else tells it apart
   */
  Object of(List<String> way, int index, Step step, Object more);

  /** What looks at nothing but the packet, and so says the same wherever it is asked at a hook. */
  List<String> PURE = List.of("fib ", "meta pkttype ", "meta length ");

  static boolean isPure(Step step) {
    return step instanceof Step.Perhaps p && PURE.stream().anyMatch(p.why()::startsWith);
  }

  /** By where they are met: for a ruleset and what is left of it. */
  record ByPlace(String hook) implements Meetings {
    @Override
    public Object of(List<String> way, int index, Step step, Object more) {
      return isPure(step) ? List.of(hook, step) : List.of(way, index, more);
    }
  }

  /**
   * By how they read: for two rulesets. What both have, word for word, is taken to turn out alike;
   * where one has it several times, the first of one is the first of the other.
   */
  record ByText(String hook, Map<Object, Integer> counts) implements Meetings {
    ByText(String hook) {
      this(hook, new HashMap<>());
    }

    @Override
    public Object of(List<String> way, int index, Step step, Object more) {
      if (isPure(step)) {
        return List.of(hook, step);
      }
      Object text = List.of(text(step), more instanceof Target t ? t.text() : more);
      return List.of(hook, text, counts.merge(text, 1, Integer::sum));
    }

    private static String text(Step step) {
      return switch (step) {
        case Step.Perhaps s -> s.why();
        case Step.Match s -> s.key().text() + (s.inverted() ? " != " : " ") + elements(s.table());
        case Step.Lookup s -> s.key().text() + " vmap " + elements(s.map());
        case Step.SetMark s -> "";
        case Step.Effect s -> s.what();
        case Step.Go s -> s.target().text();
      };
    }

    private static String elements(Table table) {
      return table.elements().stream().map(Table.Element::text).toList().toString();
    }
  }
}
