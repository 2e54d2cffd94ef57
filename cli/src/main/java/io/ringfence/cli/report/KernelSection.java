package io.ringfence.cli.report;

import static io.ringfence.cli.report.HtmlWords.count;
import static io.ringfence.cli.report.HtmlWords.number;

import io.ringfence.cli.graph.Markup;

/** What the kernel said: agreement, counters, its log of denied flows. */
final class KernelSection {
  private KernelSection() {}

  static void write(DemoReport.Kernel kernel, Markup out) {
    switch (kernel) {
      case DemoReport.Kernel.NotAsked k -> {
        HtmlWords.section(out, "kernel", "What the kernel said", "It was not asked.");
        HeadlineSection.notice(out, "warn", "Not run.", k.reason());
      }
      case DemoReport.Kernel.Observed k -> {
        HtmlWords.section(
            out,
            "kernel",
            "What the kernel said",
            "Generation "
                + k.generation()
                + ", loaded into "
                + count(k.tables(), "host and router")
                    .replace("host and routers", "hosts and routers")
                + ". Then connections were opened between all pairs, and each was compared with"
                + " the model's verdict.");
        probe(k, out);
        counters(k, out);
        denied(k, out);
      }
    }
    out.close().line();
  }

  private static void probe(DemoReport.Kernel.Observed kernel, Markup out) {
    HtmlTable table = new HtmlTable(out, "connections", "tried#", "agreed#", "verdict");
    for (DemoReport.Agreement agreement : kernel.probe()) {
      boolean all = agreement.agreed() == agreement.tried();
      table.row().head(agreement.sort());
      table.cell(number(agreement.tried())).cell(number(agreement.agreed()));
      table.cell(o -> HtmlWords.badge(o, all ? "good" : "bad", all ? "agree" : "disagree"));
      table.endRow();
    }
    table.end();
    if (!kernel.disagreements().isEmpty()) {
      out.element("h3", "Disagreements").open("ul");
      kernel.disagreements().forEach(d -> out.open("li").element("code", d).close());
      out.close().line();
    }
  }

  private static void counters(DemoReport.Kernel.Observed kernel, Markup out) {
    out.element("h3", "Passed, by rule");
    if (kernel.counters().isEmpty()) {
      HtmlWords.nothing(out, "No counter was read.");
      return;
    }
    HtmlTable table = new HtmlTable(out, "rule", "packets#", "bytes#", "stands at");
    for (DemoReport.Counter counter : kernel.counters()) {
      table.row().head(counter.rule());
      table.cell(number(counter.packets())).cell(number(counter.bytes()));
      table.cell(o -> HtmlWords.at(o, counter.at())).endRow();
    }
    table.end();
  }

  private static void denied(DemoReport.Kernel.Observed kernel, Markup out) {
    out.element("h3", "Denied, by what forbids it");
    if (kernel.denied().isEmpty()) {
      HtmlWords.nothing(out, "The kernel logged no denied flow.");
      return;
    }
    HtmlTable table = new HtmlTable(out, "forbidden by", "logged#", "for instance");
    for (DemoReport.Denied denied : kernel.denied()) {
      table.row().head(denied.by()).cell(number(denied.count()));
      table.cell(o -> o.element("code", denied.sample())).endRow();
    }
    table.end();
  }
}
