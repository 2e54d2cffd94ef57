package io.ringfence.cli.report;

import io.ringfence.cli.graph.Markup;
import io.ringfence.model.SourceLocation;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Small pieces that every section uses: numbers, badges, places, paths. */
final class HtmlWords {
  private HtmlWords() {}

  static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** {@code 1 flow}, {@code 2 flows}. */
  static String count(long value, String noun) {
    return number(value) + " " + noun + (value == 1 ? "" : "s");
  }

  static Markup badge(Markup out, String tone, String text) {
    return out.element("span", text, "class", "badge " + tone);
  }

  static Markup at(Markup out, SourceLocation at) {
    return out.element("code", at.toString(), "class", "at");
  }

  static Markup witness(Markup out, Optional<String> witness) {
    witness.ifPresent(w -> out.element("code", w, "class", "witness"));
    return out;
  }

  static Markup path(Markup out, List<String> hops) {
    out.open("span", "class", "path");
    hops.forEach(h -> out.element("span", h));
    return out.close();
  }

  /** A sentence whose words in backticks are code. */
  static Markup sentence(Markup out, String text) {
    String[] parts = text.split("`", -1);
    for (int i = 0; i < parts.length; i++) {
      boolean code = i % 2 == 1 && i < parts.length - 1;
      if (code) {
        out.element("code", parts[i]);
      } else {
        out.text((i % 2 == 1 ? "`" : "") + parts[i]);
      }
    }
    return out;
  }

  static Markup nothing(Markup out, String text) {
    return out.element("p", text, "class", "none");
  }

  static Markup section(Markup out, String id, String title, String lede) {
    out.open("section", "id", id).element("h2", title);
    return out.element("p", lede, "class", "aside").line();
  }

  /** Two views of one thing, the second shown first; both are printed. */
  static void tabs(Markup out, String id, Markup before, Markup after) {
    out.open("div", "class", "tabs");
    tab(out, id, "before", false);
    tab(out, id, "after", true);
    out.line();
    out.open("div", "class", "tab").element("h3", "Before", "class", "tab-name");
    out.add(before).close().line();
    out.open("div", "class", "tab").element("h3", "After", "class", "tab-name");
    out.add(after).close().close().line();
  }

  private static void tab(Markup out, String id, String which, boolean shown) {
    String own = id + "-" + which;
    if (shown) {
      out.empty("input", "type", "radio", "name", id, "id", own, "checked", "checked");
    } else {
      out.empty("input", "type", "radio", "name", id, "id", own);
    }
    out.element("label", which.equals("before") ? "Before" : "After", "for", own);
  }
}
