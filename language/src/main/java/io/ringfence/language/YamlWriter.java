package io.ringfence.language;

import io.ringfence.language.YamlNode.Entry;
import io.ringfence.language.YamlNode.Mapping;
import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.language.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes a document in canonical form. */
final class YamlWriter {
  /** Columns that an entry on one line may reach. */
  private static final int COLUMNS_MAX = 160;

  private static final String INDENT = "  ";

  /** Of what no shape describes: its keys stay in order. */
  private static final Shape UNKNOWN = new Shape.AnyScalar();

  private final Comments comments;
  private final Mapping root;
  private final boolean reorder;
  private final StringBuilder out = new StringBuilder();

  /** True right after the line that a block begins with, where no empty line stands. */
  private boolean opened = true;

  YamlWriter(Comments comments, Mapping root) {
    this.comments = comments;
    this.root = root;
    this.reorder = anchorsFirst(root, BlueprintShape.ROOT, new HashSet<>());
  }

  String write() {
    hoist(root, BlueprintShape.ROOT);
    boolean severalLines = false;
    for (Entry entry : ordered(root, BlueprintShape.ROOT)) {
      int start = out.length();
      before(entry, "");
      int key = out.length();
      value(entry, entry.value(), field(BlueprintShape.ROOT, entry), "", key(entry), true);
      boolean several = out.indexOf("\n", key) < out.length() - 1;
      if (start > 0 && (several || severalLines) && out.charAt(start) != '\n') {
        out.insert(start, '\n');
      }
      severalLines = several;
    }
    lines(comments.tail(root), "");
    return out.toString().replaceFirst("^\n+", "");
  }

  /**
   * Moves comments whose line the canonical form does not have: those within an empty list or map
   * go above it, and so do those of an item's first entry, which stands beside the dash.
   */
  private void hoist(YamlNode node, Shape shape) {
    switch (node) {
      case Scalar s -> {}
      case YamlNode.Alias a -> {}
      case Mapping m -> {
        for (Entry entry : m.entries()) {
          hoistEmpty(entry, entry.value());
          hoist(entry.value(), field(shape, entry));
        }
      }
      case Sequence s -> {
        for (YamlNode item : s.items()) {
          hoistEmpty(item, item);
          hoist(item, item(shape));
          if (item instanceof Mapping m && !empty(m) && m.anchor().isEmpty()) {
            hoistFirst(item, ordered(m, item(shape)));
          }
        }
      }
    }
  }

  private void hoistEmpty(Object element, YamlNode value) {
    if (empty(value)) {
      comments.around(element).before.addAll(comments.tail(value));
    }
  }

  private void hoistFirst(YamlNode item, List<Entry> entries) {
    Comments.Around above = comments.around(item);
    Comments.Around first = comments.around(entries.getFirst());
    above.before.addAll(first.before);
    first.before.clear();
    if (entries.size() == 1) {
      first.beside.ifPresent(above::addBeside);
      first.beside = Optional.empty();
    }
  }

  /** True when keys can change places without an alias coming before its anchor. */
  private boolean anchorsFirst(YamlNode node, Shape shape, Set<String> seen) {
    node.anchor().ifPresent(seen::add);
    return switch (node) {
      case Scalar s -> true;
      case YamlNode.Alias a -> seen.contains(a.name());
      case Sequence s -> s.items().stream().allMatch(i -> anchorsFirst(i, item(shape), seen));
      case Mapping m ->
          sorted(m, shape).stream().allMatch(e -> anchorsFirst(e.value(), field(shape, e), seen));
    };
  }

  private List<Entry> ordered(Mapping map, Shape shape) {
    return reorder ? sorted(map, shape) : map.entries();
  }

  /** In the shape's order; what it does not know stays behind, in the order it stands. */
  private static List<Entry> sorted(Mapping map, Shape shape) {
    List<String> keys = keys(map, shape);
    List<Entry> entries = new ArrayList<>(map.entries());
    entries.sort(
        Comparator.comparingInt(
            e -> {
              int index = keys.indexOf(e.key().text());
              return index < 0 ? keys.size() : index;
            }));
    return entries;
  }

  private static List<String> keys(Mapping map, Shape shape) {
    return struct(map, shape).map(Shape.Struct::keys).orElse(List.of());
  }

  /** The struct that a map is meant to be. */
  private static Optional<Shape.Struct> struct(Mapping map, Shape shape) {
    return switch (Shape.bare(shape)) {
      case Shape.Struct s -> Optional.of(s);
      case Shape.MapOr s -> struct(map, s.map());
      case Shape.OneOr s -> struct(map, s.list().item());
      case Shape.Variants s ->
          s.variants().stream()
              .filter(v -> map.get(v.key()).isPresent())
              .findFirst()
              .map(Shape.Variant::struct);
      default -> Optional.empty();
    };
  }

  /** The shape of an entry's value, as far as it has one. */
  private static Shape field(Shape shape, Entry entry) {
    String key = entry.key().text();
    return switch (Shape.bare(shape)) {
      case Shape.Named s -> s.value();
      case Shape.MapOr s -> field(s.map(), entry);
      case Shape.OneOr s -> field(s.list().item(), entry);
      case Shape.Struct s -> s.field(key).map(Shape.Field::shape).orElse(UNKNOWN);
      case Shape.Variants s ->
          s.variants().stream()
              .flatMap(v -> v.struct().field(key).stream())
              .map(Shape.Field::shape)
              .findFirst()
              .orElse(UNKNOWN);
      default -> UNKNOWN;
    };
  }

  private static Shape item(Shape shape) {
    return switch (Shape.bare(shape)) {
      case Shape.OneOr s -> s.list().item();
      case Shape.Items s -> s.item();
      case Shape.MapOr s -> item(s.other());
      default -> UNKNOWN;
    };
  }

  private void entry(Entry entry, Shape shape, String indent) {
    before(entry, indent);
    value(entry, entry.value(), shape, indent, indent + key(entry), false);
  }

  private static String key(Entry entry) {
    return ScalarText.key(entry.key()) + ":";
  }

  private void before(Object element, String indent) {
    Comments.Around around = comments.around(element);
    lines(around.before, indent);
    if (around.blankBefore) {
      blank();
    }
  }

  private void lines(List<Comments.Line> lines, String indent) {
    for (Comments.Line line : lines) {
      if (line.equals(Comments.Line.BLANK)) {
        blank();
      } else {
        out.append(indent).append(line.text()).append('\n');
        opened = false;
      }
    }
  }

  private void blank() {
    if (!opened && out.charAt(out.length() - 2) != '\n') {
      out.append('\n');
    }
  }

  /**
   * Writes a value after what leads to it: a key with its colon, or a dash.
   *
   * @param indent of the line that {@code lead} begins
   */
  private void value(
      Object element, YamlNode value, Shape shape, String indent, String lead, boolean section) {
    opened = false;
    String beside = comments.around(element).beside.map(c -> " " + c).orElse("");
    String anchor = value.anchor().map(a -> " &" + a).orElse("");
    if (empty(value)) {
      out.append(lead).append(' ').append(inline(value, shape)).append(beside).append('\n');
      return;
    }
    Optional<String> header = header(value);
    if (header.isPresent()) {
      out.append(lead).append(anchor).append(' ').append(header.get()).append(beside).append('\n');
      ((Scalar) value).text().lines().forEach(l -> blockLine(l, indent + INDENT));
      return;
    }
    String line = lead + " " + inline(value, shape);
    boolean single = value instanceof Scalar || value instanceof YamlNode.Alias;
    boolean fits = columns(line) <= COLUMNS_MAX && !(section && sectionOfThings(shape));
    if (single || (fits && !split(value))) {
      out.append(line).append(beside).append('\n');
    } else if (lead.endsWith("-")) {
      comments.around(element).beside.ifPresent(c -> lines(List.of(new Comments.Line(c)), indent));
      item(value, shape, indent, lead + anchor);
    } else {
      out.append(lead).append(anchor).append(beside).append('\n');
      opened = true;
      block(value, shape, indent + INDENT);
    }
  }

  private static Optional<String> header(YamlNode value) {
    return value instanceof Scalar s ? ScalarText.blockHeader(s) : Optional.empty();
  }

  private void blockLine(String line, String indent) {
    out.append(line.isEmpty() ? "" : indent + line).append('\n');
  }

  private static int columns(String line) {
    return line.codePointCount(0, line.length());
  }

  private static boolean empty(YamlNode value) {
    return (value instanceof Sequence s && s.items().isEmpty())
        || (value instanceof Mapping m && m.entries().isEmpty());
  }

  /** A section of named or listed things has one on each line. */
  private static boolean sectionOfThings(Shape shape) {
    Shape bare = Shape.bare(shape);
    return bare instanceof Shape.Named || bare instanceof Shape.Items;
  }

  /** True when something in it needs a line of its own. */
  private boolean split(YamlNode node) {
    return switch (node) {
      case Scalar s -> ScalarText.blockHeader(s).isPresent();
      case YamlNode.Alias a -> false;
      case Sequence s -> tailed(s) || s.items().stream().anyMatch(i -> commented(i) || split(i));
      case Mapping m ->
          tailed(m) || m.entries().stream().anyMatch(e -> commented(e) || split(e.value()));
    };
  }

  private boolean tailed(YamlNode node) {
    return !empty(node) && !comments.tail(node).isEmpty();
  }

  private boolean commented(Object element) {
    Comments.Around around = comments.around(element);
    return !around.before.isEmpty() || around.beside.isPresent();
  }

  private String inline(YamlNode node, Shape shape) {
    String anchor = node.anchor().map(a -> "&" + a + " ").orElse("");
    return anchor
        + switch (node) {
          case Scalar s -> ScalarText.of(s);
          case YamlNode.Alias a -> "*" + a.name();
          case Sequence s ->
              s.items().stream()
                  .map(i -> inline(i, item(shape)))
                  .collect(Collectors.joining(", ", "[", "]"));
          case Mapping m -> inline(m, shape);
        };
  }

  private String inline(Mapping map, Shape shape) {
    if (map.entries().isEmpty()) {
      return "{}";
    }
    return ordered(map, shape).stream()
        .map(e -> ScalarText.key(e.key()) + ": " + inline(e.value(), field(shape, e)))
        .map(String::stripTrailing)
        .collect(Collectors.joining(", ", "{ ", " }"));
  }

  private void block(YamlNode node, Shape shape, String indent) {
    switch (node) {
      case Mapping m -> ordered(m, shape).forEach(e -> entry(e, field(shape, e), indent));
      case Sequence s ->
          s.items()
              .forEach(
                  i -> {
                    before(i, indent);
                    value(i, i, item(shape), indent, indent + "-", false);
                  });
      case Scalar s -> out.append(indent).append(ScalarText.of(s)).append('\n');
      case YamlNode.Alias a -> out.append(indent).append('*').append(a.name()).append('\n');
    }
    lines(comments.tail(node), indent);
  }

  /** A list's item: a map's first entry stands beside the dash, and its comments above it. */
  private void item(YamlNode value, Shape shape, String indent, String lead) {
    if (!(value instanceof Mapping map) || !lead.endsWith("-")) {
      out.append(lead).append('\n');
      opened = true;
      block(value, shape, indent + INDENT);
      return;
    }
    boolean first = true;
    for (Entry entry : ordered(map, shape)) {
      String inner = indent + INDENT;
      if (!first) {
        before(entry, inner);
      }
      String begin = first ? lead + " " : inner;
      value(entry, entry.value(), field(shape, entry), inner, begin + key(entry), false);
      first = false;
    }
    lines(comments.tail(map), indent + INDENT);
  }
}
