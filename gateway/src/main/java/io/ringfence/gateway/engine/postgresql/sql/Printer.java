package io.ringfence.gateway.engine.postgresql.sql;

import io.ringfence.gateway.engine.postgresql.sql.Node.Insert.Source;
import java.util.List;
import java.util.Optional;

/** Prints trees as SQL in one form: names in quotes, strings without escapes, no comments. */
public final class Printer {
  private static final String VALUE = "?";

  private static final int START_CHARACTERS = 256;

  private final StringBuilder out = new StringBuilder(START_CHARACTERS);
  private final boolean values;

  private Printer(boolean values) {
    this.values = values;
  }

  public static String print(Node node) {
    return print(node, true);
  }

  /** The same with {@code ?} in the place of each value that stands in it. */
  public static String withoutValues(Node node) {
    return print(node, false);
  }

  private static String print(Node node, boolean values) {
    Printer printer = new Printer(values);
    printer.node(node);
    return printer.out.toString();
  }

  /** In quotes. */
  public static String name(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private void put(String text) {
    if (!text.equals(",") && !text.equals(")")) {
      space();
    }
    out.append(text);
  }

  /** No more than people's eyes need: the meaning is the same with a space everywhere. */
  private void space() {
    if (!out.isEmpty() && out.charAt(out.length() - 1) != '(') {
      out.append(' ');
    }
  }

  private void word(String... words) {
    for (String w : words) {
      put(w);
    }
  }

  private void putName(String name) {
    space();
    quote('"', name);
  }

  private void putString(String value) {
    space();
    quote('\'', value);
  }

  /** In quotes, and doubles those in it. */
  private void quote(char quote, String text) {
    out.append(quote);
    int from = 0;
    for (int at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, from)) {
      out.append(text, from, at + 1).append(quote);
      from = at + 1;
    }
    out.append(text, from, text.length()).append(quote);
  }

  private void node(Node node) {
    switch (node) {
      case Node.Word w -> put(w.text());
      case Node.Sign s -> put(s.text());
      case Node.Name n -> putName(n.text());
      case Node.Text t -> {
        if (values) {
          putString(t.value());
        } else {
          put(VALUE);
        }
      }
      case Node.Literal l -> put(values ? l.text() : VALUE);
      case Node.Parameter p -> put("$" + p.number());
      case Node.Group g -> {
        for (int i = 0; i < g.nodes().size(); i++) {
          node(g.nodes().get(i));
        }
      }
      case Node.Table t -> {
        only(t.only());
        table(t.name());
        t.alias().ifPresent(this::alias);
      }
      case Node.Common c -> {
        put(name(c.name()));
        c.alias().ifPresent(this::alias);
      }
      case Node.Object o -> table(o.name());
      case Node.Function f -> qualified(f.schema(), f.name());
      case Node.Type t -> type(t);
      case Node.Remark.Limit l -> {}
      case Node.Remark.LimitBy l -> {}
      case Node.Remark.LimitOpen l -> {}
      case Node.Remark.Locks l -> {}
      case Node.Prepared p -> put(name(p.name()));
      case Node.Cursor c -> put(name(c.name()));
      case Node.Setting s -> setting(s);
      case Node.Insert i -> insert(i);
      case Node.Update u -> update(u);
      case Node.Delete d -> delete(d);
      case Node.Merge m -> merge(m);
      case Node.Copy c -> copy(c);
    }
  }

  private void only(boolean only) {
    if (only) {
      word("only");
    }
  }

  private void qualified(Optional<String> schema, String name) {
    space();
    if (schema.isPresent()) {
      quote('"', schema.get());
      out.append('.');
    }
    quote('"', name);
  }

  private void table(Node.TableName table) {
    qualified(table.schema(), table.name());
  }

  private void alias(Node.Alias alias) {
    put("as");
    putName(alias.name());
    columns(alias.columns());
  }

  private void columns(List<String> columns) {
    if (!columns.isEmpty()) {
      put("(" + String.join(", ", columns.stream().map(Printer::name).toList()) + ")");
    }
  }

  private void type(Node.Type type) {
    if (type.words().isEmpty()) {
      qualified(type.schema(), type.name());
    } else {
      word(type.words().getFirst());
    }
    if (!type.modifiers().isEmpty()) {
      put("(" + String.join(", ", type.modifiers().stream().map(String::valueOf).toList()) + ")");
    }
    type.words().stream().skip(1).forEach(this::put);
    if (type.arrays() > 0) {
      put("[]".repeat(type.arrays()));
    }
  }

  private void setting(Node.Setting setting) {
    put(
        String.join(
            ".", List.of(setting.name().split("\\.")).stream().map(Printer::name).toList()));
    for (int i = 0; i < setting.values().size(); i++) {
      word(i == 0 ? "to" : ",");
      node(setting.values().get(i));
    }
  }

  private void insert(Node.Insert insert) {
    node(insert.with());
    word("insert", "into");
    table(insert.table());
    insert.alias().ifPresent(a -> word("as", name(a)));
    columns(insert.columns());
    switch (insert.source()) {
      case Source.Defaults d -> word("default", "values");
      case Source.Query q -> node(q.query());
      case Source.Rows r -> {
        word("values");
        for (int i = 0; i < r.rows().size(); i++) {
          if (i > 0) {
            put(",");
          }
          row(r.rows().get(i));
        }
      }
    }
    node(insert.conflict());
    where(insert.condition());
    node(insert.returning());
  }

  private void row(List<Node.Group> values) {
    put("(");
    for (int i = 0; i < values.size(); i++) {
      if (i > 0) {
        put(",");
      }
      node(values.get(i));
    }
    put(")");
  }

  private void update(Node.Update update) {
    node(update.with());
    word("update");
    only(update.only());
    table(update.table());
    update.alias().ifPresent(a -> word("as", name(a)));
    word("set");
    node(update.assignments());
    node(update.from());
    where(update.where());
    node(update.returning());
  }

  private void where(Node.Group condition) {
    if (!condition.isEmpty()) {
      word("where");
      node(condition);
    }
  }

  private void delete(Node.Delete delete) {
    node(delete.with());
    word("delete", "from");
    only(delete.only());
    table(delete.table());
    delete.alias().ifPresent(a -> word("as", name(a)));
    node(delete.using());
    where(delete.where());
    node(delete.returning());
  }

  private void merge(Node.Merge merge) {
    node(merge.with());
    word("merge", "into");
    only(merge.only());
    table(merge.table());
    merge.alias().ifPresent(a -> word("as", name(a)));
    node(merge.using());
    node(merge.rest());
    node(merge.returning());
  }

  private void copy(Node.Copy copy) {
    word("copy");
    table(copy.table());
    columns(copy.columns());
    word(copy.in() ? new String[] {"from", "stdin"} : new String[] {"to", "stdout"});
    node(copy.options());
  }
}
