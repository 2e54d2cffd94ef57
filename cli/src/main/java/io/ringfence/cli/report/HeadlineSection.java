package io.ringfence.cli.report;

import static io.ringfence.cli.report.HtmlWords.count;
import static io.ringfence.cli.report.HtmlWords.number;

import io.ringfence.cli.graph.Markup;
import java.util.List;

/** The report's head: what it comes to, in numbers. */
final class HeadlineSection {
  private HeadlineSection() {}

  static void write(DemoReport report, Markup out) {
    DemoReport.About about = report.about();
    out.open("header", "class", "top");
    out.element("p", "Ringfence segmentation report", "class", "eyebrow");
    out.element("h1", about.deployment() + ": " + title(report));
    out.open("ul", "class", "facts");
    for (String fact :
        List.of(about.source(), report.database().engine(), about.machine(), about.date())) {
      out.element("li", fact);
    }
    out.close().close().line();
    hero(report, out);
    tiles(report, out);
    verdict(report, out);
  }

  private static String title(DemoReport report) {
    DemoReport.Connectivity before = report.before();
    boolean anything = before.open() == before.pairs();
    String from = anything ? "from anything reaches anything" : "from an open network";
    boolean proved = report.guardrails().stream().allMatch(DemoReport.Guardrail::proved);
    return from + (proved ? " to proven segmentation" : " to segmentation with open findings");
  }

  private static void hero(DemoReport report, Markup out) {
    out.open("div", "class", "hero").line();
    panel(out, "bad", "Before", report.before());
    boolean fewer = report.after().open() < report.before().open();
    panel(out, fewer ? "good" : "bad", "After", report.after());
    out.close().line();
  }

  private static void panel(Markup out, String tone, String when, DemoReport.Connectivity c) {
    out.open("div", "class", "panel " + tone).element("div", when, "class", "when");
    out.open("div", "class", "big").text(number(c.open()));
    out.element("small", " of " + number(c.pairs()) + (c.measured() ? " connections" : " pairs"))
        .close();
    out.element("p", (c.measured() ? "opened, tried for real" : "may connect, by the model"));
    int percent = c.pairs() == 0 ? 0 : Math.round(100f * c.open() / c.pairs());
    out.open("div", "class", "meter").element("i", "", "style", "width:" + percent + "%");
    out.close().close().line();
  }

  private static void tiles(DemoReport report, Markup out) {
    out.open("ul", "class", "tiles").line();
    long proved = report.guardrails().stream().filter(DemoReport.Guardrail::proved).count();
    long all = report.guardrails().size();
    tile(out, proved == all ? "good" : "bad", of(proved, all), "guardrails proved");
    kernel(report.kernel(), out);
    attack(report, out);
    List<DemoReport.Query> asked =
        report.database().queries().stream().filter(DemoReport.Query::legitimate).toList();
    long answered = asked.stream().filter(q -> q.after().answered()).count();
    if (asked.isEmpty()) {
      tile(out, "warn", "none asked", "legitimate queries, before and after");
    } else {
      String tone = answered == asked.size() ? "good" : "bad";
      tile(out, tone, of(answered, asked.size()), "legitimate queries still answered");
    }
    out.close().line();
  }

  private static void attack(DemoReport report, Markup out) {
    boolean played = !report.attackBefore().steps().isEmpty();
    long before = report.attackBefore().succeeded();
    long after = report.attackAfter().succeeded();
    if (played) {
      String fell = number(before) + " \u2192 " + number(after);
      String tone = after == 0 ? "good" : after < before ? "warn" : "bad";
      tile(out, tone, fell, "attack steps beyond what rules permit");
    } else {
      tile(out, "warn", "not played", "the attack, before and after");
    }
  }

  private static void kernel(DemoReport.Kernel kernel, Markup out) {
    switch (kernel) {
      case DemoReport.Kernel.Observed k ->
          tile(
              out,
              k.agreed() == k.tried() ? "good" : "bad",
              of(k.agreed(), k.tried()),
              "connections on which kernel and model agree");
      case DemoReport.Kernel.NotAsked k ->
          tile(out, "warn", "not run", "the kernel's part of the demo");
    }
  }

  private static String of(long part, long whole) {
    return number(part) + " of " + number(whole);
  }

  private static void tile(Markup out, String tone, String value, String text) {
    out.open("li", "class", "tile " + tone).element("b", value).element("span", text);
    out.close().line();
  }

  private static void verdict(DemoReport report, Markup out) {
    long violated = report.guardrails().stream().filter(g -> !g.proved()).count();
    switch (report.kernel()) {
      case DemoReport.Kernel.NotAsked k ->
          notice(out, "warn", "The kernel's part did not run.", k.reason());
      case DemoReport.Kernel.Observed k -> {
        if (k.agreed() < k.tried()) {
          String times = count(k.tried() - k.agreed(), "connection");
          notice(out, "bad", "The kernel and the model disagree on " + times + ".", "See below.");
        } else if (violated == 0) {
          notice(
              out,
              "good",
              "Every guardrail is proved over all flows,",
              "and on every connection tried the kernel did what the model says.");
        }
      }
    }
    if (violated > 0) {
      String times = count(violated, "guardrail");
      notice(out, "bad", times + " violated.", "Each has a witness below.");
    }
  }

  static void notice(Markup out, String tone, String bold, String text) {
    out.open("div", "class", "notice " + tone).open("p");
    HtmlWords.sentence(out.element("b", bold), " " + text).close().close().line();
  }
}
