package io.ringfence.cli;

import io.ringfence.cli.Breach.Fallen;
import io.ringfence.cli.Breach.Forged;
import io.ringfence.cli.output.Counted;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.cli.terminal.Table;
import io.ringfence.lab.AttackReport;
import io.ringfence.lab.AttackReport.Channel;
import io.ringfence.lab.AttackReport.Disguise;
import io.ringfence.lab.AttackReport.Leak;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Breaches for people: one by itself, or one before and one after enforcement. */
final class BreachText {
  /** More ports than these are counted. */
  private static final int PORTS_NAMED_MAX = 6;

  private static final int NAMES_MAX = 3;
  private static final String NO_RULE = "no rule";
  private static final String ON_LINK_NOTE = "* only the port of a switch can tell these";

  private final Screen out;

  BreachText(Screen out) {
    this.out = out;
  }

  // --- One breach ---

  void print(Breach breach, boolean enforced) {
    out.line(
        out.in(Style.BOLD, breach.report().start())
            + " broken into, "
            + (enforced
                ? "and the blueprint is enforced"
                : out.in(Style.YELLOW, "and nothing is enforced"))
            + ": "
            + fall(breach));
    printFallen(breach);
    printLeaks(breach);
    printForged(breach);
    printTrying(breach.report());
  }

  private String fall(Breach breach) {
    int count = breach.report().compromised().size();
    String text = count + " of " + breach.others() + " other workloads fall";
    return out.in(count == 0 ? Style.GREEN : Style.RED, text);
  }

  private void printFallen(Breach breach) {
    Table table = new Table("", "FROM", "", "TO", "PORTS", "RULE");
    for (Fallen fallen : breach.fallen()) {
      String from = fallen.path().getLast().from();
      table.row(
          "hop " + fallen.path().size(),
          from,
          "->",
          out.in(fallen.isBeyond() ? Style.RED : Style.YELLOW, fallen.name()) + way(fallen),
          ports(fallen.ports()),
          rules(fallen));
    }
    print(table);
  }

  private static String way(Fallen fallen) {
    return fallen.behind() ? " through " + fallen.path().getLast().to() : "";
  }

  private String rules(Fallen fallen) {
    String given = String.join(", ", fallen.rules());
    if (!fallen.isBeyond()) {
      return given;
    }
    String none = out.in(Style.RED, NO_RULE);
    return fallen.rules().isEmpty() ? none : given + "; " + none + " for " + ports(fallen.beyond());
  }

  /** Some of them by name, and how many there are besides. */
  private static String ports(PortSet ports) {
    List<PortRange> all = ports.ranges();
    return all.size() <= PORTS_NAMED_MAX
        ? ports.toString()
        : new PortSet(all.subList(0, PORTS_NAMED_MAX))
            + " and "
            + (all.size() - PORTS_NAMED_MAX)
            + " more";
  }

  /** What leaves alike is one row. */
  private record Way(Channel channel, Optional<String> rule) {}

  private void printLeaks(Breach breach) {
    Map<Way, List<Leak>> ways = new LinkedHashMap<>();
    for (Leak leak : breach.report().leaks()) {
      ways.computeIfAbsent(new Way(leak.channel(), breach.rule(leak)), w -> new ArrayList<>())
          .add(leak);
    }
    Table table = new Table("", "FROM", "", "TO", "BY", "RULE");
    ways.forEach(
        (way, leaks) ->
            table.row(
                "leaves",
                some(leaks.stream().map(Leak::from)),
                "->",
                some(leaks.stream().map(l -> l.to().toString())),
                way.channel().text(),
                way.rule().orElse(out.in(Style.RED, NO_RULE))));
    print(table);
  }

  private void printForged(Breach breach) {
    Table table = new Table("", "");
    for (Disguise disguise : Disguise.values()) {
      Forged forged = breach.forged(disguise);
      if (forged.sent() > 0) {
        table.row(words(disguise), arrived(disguise, forged));
      }
    }
    print(table);
    if (breach.forged(Disguise.ON_LINK).sent() > 0) {
      out.line(out.in(Style.DIM, "  " + ON_LINK_NOTE));
    }
  }

  private String arrived(Disguise disguise, Forged forged) {
    String text = "%,d of %,d arrived".formatted(forged.arrived(), forged.sent());
    if (forged.arrived() == 0) {
      return out.in(Style.GREEN, text);
    }
    return out.in(disguise == Disguise.ON_LINK ? Style.YELLOW : Style.RED, text);
  }

  private void print(Table table) {
    if (!table.isEmpty()) {
      out.line();
      table.print(out, "  ");
    }
  }

  private void printTrying(AttackReport report) {
    out.line();
    out.line(
        out.in(
            Style.DIM,
            "%,d packets and connections tried in %.1f s"
                .formatted(report.attempts(), report.took().toMillis() / 1000.0)));
    if (!report.complete()) {
      out.line(out.in(Style.YELLOW, "The time ran out: a longer breach would see more."));
    }
  }

  private static String some(Stream<String> names) {
    List<String> all = names.distinct().toList();
    String first = String.join(", ", all.subList(0, Math.min(all.size(), NAMES_MAX)));
    return all.size() > NAMES_MAX ? first + " and " + (all.size() - NAMES_MAX) + " more" : first;
  }

  // --- Two breaches ---

  void printCompared(Breach before, Breach after) {
    Table table = new Table(before.report().start() + " BROKEN INTO", "BEFORE", "AFTER");
    Map<String, Fallen> wasTaken = byName(before, false);
    Map<String, Fallen> isTaken = byName(after, false);
    Map<String, Fallen> wasBehind = byName(before, true);
    Map<String, Fallen> isBehind = byName(after, true);
    for (String name : before.directory().blueprint().workloads().keySet()) {
      if (!name.equals(before.report().start())) {
        table.row("takes " + name, cell(wasTaken.get(name)), cell(isTaken.get(name)));
      }
      if (wasBehind.containsKey(name) || isBehind.containsKey(name)) {
        String way = "asks " + name + " through a gateway";
        table.row(way, cell(wasBehind.get(name)), cell(isBehind.get(name)));
      }
    }
    for (Channel channel : Channel.values()) {
      table.row("data out by " + channel.text(), leaks(before, channel), leaks(after, channel));
    }
    for (Disguise disguise : Disguise.values()) {
      table.row(words(disguise), forged(before, disguise), forged(after, disguise));
    }
    table.print(out, "");
    out.line(out.in(Style.DIM, ON_LINK_NOTE));
    out.line();
    sum("before", before);
    sum("after", after);
  }

  private static Map<String, Fallen> byName(Breach breach, boolean behind) {
    return breach.fallen().stream()
        .filter(f -> f.behind() == behind)
        .collect(Collectors.toMap(Fallen::name, f -> f));
  }

  private String cell(Fallen fallen) {
    if (fallen == null) {
      return out.in(Style.GREEN, "no answer");
    }
    String what = ports(fallen.isBeyond() ? fallen.beyond() : fallen.ports());
    String hop = fallen.path().size() == 1 ? "" : " in " + fallen.path().size() + " hops";
    return fallen.isBeyond()
        ? out.in(Style.RED, "yes") + hop + ": " + what
        : out.in(Style.YELLOW, "as permitted") + hop + ": " + what + " by " + rules(fallen);
  }

  private String leaks(Breach breach, Channel channel) {
    List<Leak> all = breach.leaks(channel);
    if (all.isEmpty()) {
      return out.in(Style.GREEN, "nothing arrived");
    }
    List<Leak> beyond = all.stream().filter(l -> breach.rule(l).isEmpty()).toList();
    if (!beyond.isEmpty()) {
      return out.in(Style.RED, "yes") + ", from " + some(beyond.stream().map(Leak::from));
    }
    return out.in(Style.YELLOW, "as permitted")
        + ", from "
        + some(all.stream().map(Leak::from))
        + " by "
        + some(all.stream().flatMap(l -> breach.rule(l).stream()));
  }

  private static String words(Disguise disguise) {
    return "forges sources, "
        + switch (disguise) {
          case THROUGH_OWN_FILTER -> "through its own filter";
          case PAST_OWN_FILTER -> "past it";
          case ON_LINK -> "past it, a neighbour's*";
        };
  }

  private String forged(Breach breach, Disguise disguise) {
    Forged forged = breach.forged(disguise);
    return forged.sent() == 0 ? "not tried" : arrived(disguise, forged);
  }

  private void sum(String when, Breach breach) {
    long beyond = breach.fallen().stream().filter(Fallen::isBeyond).count();
    long leaks = breach.report().leaks().stream().filter(l -> breach.rule(l).isEmpty()).count();
    String text =
        "%s; %s and %s that no rule gives"
            .formatted(fall(breach), Counted.of(beyond, "answer"), Counted.of(leaks, "leak"));
    String cut = breach.report().complete() ? "" : "; " + out.in(Style.YELLOW, "its time ran out");
    out.line(out.in(Style.BOLD, "%-8s".formatted(when)) + text + cut);
  }
}
