package io.ringfence.cli.report;

import io.ringfence.cli.graph.Markup;
import io.ringfence.cli.graph.SegmentPicture;

/** A page that stands alone: its styles are in it, and it can neither fetch nor run anything. */
final class HtmlPage {
  private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";

  private HtmlPage() {}

  static String of(String title, Markup body) {
    Markup out = new Markup();
    out.open("html", "lang", "en").line().open("head").line();
    out.empty("meta", "charset", "utf-8").line();
    out.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY).line();
    out.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1").line();
    out.empty("meta", "name", "color-scheme", "content", "light dark").line();
    out.element("title", title).line();
    out.style(HtmlStyle.CSS).style(SegmentPicture.css());
    out.close().line().open("body").line().open("main").line();
    out.add(body).close().line().close().line().close();
    return "<!doctype html>\n" + out + "\n";
  }
}
