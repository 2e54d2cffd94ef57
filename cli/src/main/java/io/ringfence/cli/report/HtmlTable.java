package io.ringfence.cli.report;

import io.ringfence.cli.graph.Markup;
import java.util.List;
import java.util.function.Consumer;

/** A table whose rows become cards on narrow screens. */
final class HtmlTable {
  private final Markup out;
  private final List<String> heads;
  private int column;

  /** Opens the table. A head that ends in {@code #} is of numbers. */
  HtmlTable(Markup out, String... heads) {
    this.out = out;
    this.heads = List.of(heads);
    out.open("div", "class", "scroll").open("table", "class", "stack").open("thead").open("tr");
    for (int i = 0; i < heads.length; i++) {
      String style = number(i) ? "number" : "text";
      out.element("th", name(i), "scope", "col", "class", style);
    }
    out.close().close().open("tbody").line();
  }

  private boolean number(int index) {
    return heads.get(index).endsWith("#");
  }

  private String name(int index) {
    return number(index) ? heads.get(index).replace("#", "") : heads.get(index);
  }

  HtmlTable row() {
    out.open("tr");
    column = 0;
    return this;
  }

  HtmlTable endRow() {
    out.close().line();
    return this;
  }

  HtmlTable cell(String text) {
    return cell(o -> o.text(text));
  }

  HtmlTable cell(Consumer<Markup> content) {
    out.open("td", "data-name", name(column), "class", number(column) ? "number" : "text");
    content.accept(out);
    out.close();
    column++;
    return this;
  }

  /** The cell that names the row. */
  HtmlTable head(String text) {
    out.element("th", text, "scope", "row");
    column++;
    return this;
  }

  void end() {
    out.close().close().close().line();
  }
}
