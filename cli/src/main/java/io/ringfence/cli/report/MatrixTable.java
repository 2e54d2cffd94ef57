package io.ringfence.cli.report;

import io.ringfence.cli.graph.Markup;
import java.util.stream.Collectors;

/** The segmentation matrix as an HTML table, with a legend. */
final class MatrixTable {
  private MatrixTable() {}

  static Markup write(SegmentationMatrix matrix) {
    Markup out = new Markup();
    out.open("div", "class", "scroll", "tabindex", "0", "role", "region");
    out.open("table", "class", "matrix");
    out.element("caption", "Rows open connections, columns accept them.", "class", "aside");
    head(matrix, out);
    out.open("tbody").line();
    for (int i = 0; i < matrix.zones().size(); i++) {
      out.open("tr").open("th", "scope", "row").text(matrix.zones().get(i).name()).close();
      matrix.rows().get(i).forEach(c -> cell(c, out));
      out.close().line();
    }
    out.close().close().close().line();
    return legend(out);
  }

  /** With a heading, as the whole of a page. */
  static Markup page(SegmentationMatrix matrix) {
    Markup out = new Markup();
    out.open("header", "class", "top").element("h1", matrix.name());
    out.element("p", "Which segments may open connections to which.", "class", "lede").close();
    return out.open("section").add(write(matrix)).close().line();
  }

  private static void head(SegmentationMatrix matrix, Markup out) {
    out.open("thead").open("tr").open("th", "class", "corner", "scope", "col");
    out.text("from \\ to").close();
    for (SegmentationMatrix.Zone zone : matrix.zones()) {
      out.open("th", "scope", "col").text(zone.name());
      if (!zone.detail().isEmpty()) {
        out.element("small", zone.detail());
      }
      out.close();
    }
    out.close().close().line();
  }

  private static void cell(SegmentationMatrix.Cell cell, Markup out) {
    out.open("td", "class", style(cell));
    if (cell.outside()) {
      out.element("span", "outside", "class", "nothing");
    } else if (cell.entries().isEmpty()) {
      out.element("span", "denied", "class", "nothing");
    }
    for (SegmentationMatrix.Entry entry : cell.entries()) {
      out.open("div", "class", "entry").element("span", entry.ports(), "class", "ports");
      out.element("span", rules(entry), "class", "rules");
      if (entry.legs()) {
        out.element("span", "gw", "class", "mark legs-mark", "title", "to or from a gateway");
      }
      out.close();
    }
    out.close();
  }

  private static String rules(SegmentationMatrix.Entry entry) {
    return entry.grants().stream()
        .map(SegmentationMatrix.Grant::text)
        .collect(Collectors.joining(", "));
  }

  private static String style(SegmentationMatrix.Cell cell) {
    if (cell.outside()) {
      return "outside";
    } else if (cell.entries().isEmpty()) {
      return "denied";
    }
    return cell.conditional() ? "permitted conditional" : "permitted";
  }

  private static Markup legend(Markup out) {
    out.open("ul", "class", "aside legend");
    sign(out, "swatch permitted", "", "permitted, by the rules named");
    sign(out, "swatch conditional", "*", "under a condition or after approval only");
    sign(out, "swatch denied", "", "no rule permits it: denied");
    sign(out, "mark legs-mark", "gw", "to or from a gateway: one leg of a way through it");
    return out.close().line();
  }

  private static void sign(Markup out, String style, String sign, String text) {
    out.open("li").element("span", sign, "class", style).text(" " + text).close();
  }
}
