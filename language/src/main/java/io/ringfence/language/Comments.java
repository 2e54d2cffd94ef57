package io.ringfence.language;

import io.ringfence.language.YamlNode.Entry;
import io.ringfence.language.YamlNode.Mapping;
import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.language.YamlNode.Sequence;
import io.ringfence.language.YamlNode.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The comments of a document, each given to the element (an entry of a map or an item of a list)
 * that it speaks of: the one below it, or the one to its left on the same line; where neither is,
 * to the list or map that ends there.
 */
final class Comments {
  /** A comment on a line of its own, or an empty line before something. */
  record Line(String text) {
    static final Line BLANK = new Line("");
  }

  /** What surrounds one element. */
  static final class Around {
    final List<Line> before = new ArrayList<>();
    Optional<String> beside = Optional.empty();
    boolean blankBefore;

    /** Beside it; above it when there is one beside it already. */
    void addBeside(String comment) {
      if (beside.isEmpty()) {
        beside = Optional.of(comment);
      } else {
        before.add(new Line(comment));
      }
    }
  }

  /**
   * One element in the text.
   *
   * @param key the entry or the item itself
   * @param parent the element in whose value it stands; null at the top
   */
  private record Element(
      Object key, YamlNode container, YamlNode value, int start, Element parent) {
    int end() {
      return value.span().end();
    }

    /** It and all that it stands in, inmost first. */
    List<Element> chain() {
      List<Element> out = new ArrayList<>();
      for (Element e = this; e != null; e = e.parent()) {
        out.add(e);
      }
      return out;
    }
  }

  /**
   * @param own nothing but it stands on its line
   */
  private record Comment(
      String text, int start, int line, int column, boolean own, boolean blank) {}

  private final int[] text;
  private final int[] lineStarts;
  private final List<Span> opaque = new ArrayList<>();
  private final List<Element> elements = new ArrayList<>();
  private final IdentityHashMap<Object, Around> around = new IdentityHashMap<>();
  private final IdentityHashMap<Object, List<Line>> tails = new IdentityHashMap<>();

  Comments(String document, YamlNode root) {
    text = document.codePoints().toArray();
    lineStarts = lineStarts(text);
    collect(root, null);
    opaque.sort(Comparator.comparingInt(Span::start));
    elements.sort(Comparator.comparingInt(Element::start)); // stable: parents stay before children
    elements.stream()
        .filter(this::beginsLine)
        .forEach(e -> around(e.key()).blankBefore = blankBefore(line(e.start())));
    scan().forEach(c -> attach(c, root));
  }

  private static int[] lineStarts(int[] text) {
    List<Integer> out = new ArrayList<>(List.of(0));
    for (int i = 0; i < text.length; i++) {
      if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.length || text[i + 1] != '\n'))) {
        out.add(i + 1);
      }
    }
    return out.stream().mapToInt(Integer::intValue).toArray();
  }

  /** What stands around an entry or item. */
  Around around(Object key) {
    return around.computeIfAbsent(key, k -> new Around());
  }

  /** The comments at the end of a list or map. */
  List<Line> tail(YamlNode collection) {
    return tails.getOrDefault(collection, List.of());
  }

  private void collect(YamlNode node, Element parent) {
    switch (node) {
      case Scalar s -> opaque.add(s.span());
      case YamlNode.Alias a -> opaque.add(a.span());
      case Sequence s -> s.items().forEach(i -> add(i, s, i, i.span().start(), parent));
      case Mapping m -> {
        for (Entry entry : m.entries()) {
          opaque.add(entry.key().span());
          add(entry, m, entry.value(), entry.key().span().start(), parent);
        }
      }
    }
  }

  private void add(Object key, YamlNode container, YamlNode value, int start, Element parent) {
    Element element = new Element(key, container, value, start, parent);
    elements.add(element);
    collect(value, element);
  }

  /** True when nothing but its dash stands before it on its line. */
  private boolean beginsLine(Element element) {
    boolean item = element.container() instanceof Sequence s && !s.flow();
    int first = lineStarts[line(element.start())];
    return Arrays.stream(text, first, element.start())
        .allMatch(c -> blank(c) || (item && c == '-'));
  }

  private List<Comment> scan() {
    List<Comment> out = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < text.length; i++) {
      while (next < opaque.size() && opaque.get(next).end() <= i) {
        next++;
      }
      if (next < opaque.size() && opaque.get(next).start() <= i) {
        i = headerComment(opaque.get(next), out);
      } else if (text[i] == '#' && (i == 0 || blank(text[i - 1]) || newline(text[i - 1]))) {
        out.add(comment(i));
        i = lineEnd(i) - 1;
      }
    }
    return out;
  }

  /** A block scalar may have a comment beside its header; the index of its last character. */
  private int headerComment(Span span, List<Comment> out) {
    if (text[span.start()] == '|' || text[span.start()] == '>') {
      int end = lineEnd(span.start());
      for (int i = span.start() + 1; i < end; i++) {
        if (text[i] == '#') {
          out.add(comment(i));
          break;
        }
      }
    }
    return Math.max(span.start(), span.end() - 1);
  }

  private Comment comment(int start) {
    int line = line(start);
    int first = lineStarts[line];
    boolean own = Arrays.stream(text, first, start).allMatch(Comments::blank);
    String words = new String(text, start, lineEnd(start) - start).stripTrailing();
    return new Comment(words, start, line, start - first, own, blankBefore(line));
  }

  private int lineEnd(int from) {
    int i = from;
    while (i < text.length && !newline(text[i])) {
      i++;
    }
    return i;
  }

  private static boolean blank(int c) {
    return c == ' ' || c == '\t';
  }

  private static boolean newline(int c) {
    return c == '\n' || c == '\r';
  }

  private int line(int offset) {
    int found = Arrays.binarySearch(lineStarts, offset);
    return found >= 0 ? found : -found - 2;
  }

  private boolean blankBefore(int line) {
    return line > 0
        && Arrays.stream(text, lineStarts[line - 1], lineStarts[line])
            .allMatch(c -> blank(c) || newline(c));
  }

  private void attach(Comment comment, YamlNode root) {
    int count = started(comment.start());
    Optional<Element> next =
        count < elements.size() ? Optional.of(elements.get(count)) : Optional.empty();
    List<Element> chain = count == 0 ? List.of() : elements.get(count - 1).chain();
    Optional<YamlNode> flow = innermostFlow(comment.start(), chain);
    Optional<Element> inFlow = next.filter(e -> flow.isPresent() && within(e, flow.get()));
    Optional<Element> left = comment.own() ? Optional.empty() : left(comment, chain);
    if (left.isPresent()) {
      around(left.get().key()).addBeside(comment.text());
    } else if (flow.isPresent()) {
      ownLine(comment, inFlow, flow.get());
    } else {
      Optional<YamlNode> ending =
          comment.own()
              ? ending(comment, next.map(this::column).orElse(-1), chain)
              : Optional.empty();
      ownLine(comment, ending.isPresent() ? Optional.empty() : next, ending.orElse(root));
    }
  }

  /** How many elements begin before an offset. */
  private int started(int offset) {
    int low = 0;
    int high = elements.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (elements.get(middle).start() < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void ownLine(Comment comment, Optional<Element> next, YamlNode ending) {
    List<Line> lines =
        next.isPresent()
            ? around(next.get().key()).before
            : tails.computeIfAbsent(ending, k -> new ArrayList<>());
    if (comment.own() && comment.blank()) {
      lines.add(Line.BLANK);
    }
    lines.add(new Line(comment.text()));
  }

  private static boolean within(Element element, YamlNode collection) {
    return element.start() < collection.span().end();
  }

  /** Where the line of a block's element begins: at its dash, if it has one. */
  private int column(Element element) {
    return element.container() instanceof Sequence s && !s.flow()
        ? s.at().column() - 1
        : element.start() - lineStarts[line(element.start())];
  }

  private static Optional<YamlNode> innermostFlow(int offset, List<Element> chain) {
    return Stream.concat(
            chain.stream().limit(1).map(Element::value), chain.stream().map(Element::container))
        .filter(Comments::flow)
        .filter(c -> c.span().start() < offset && offset < c.span().end())
        .findFirst();
  }

  private static boolean flow(YamlNode node) {
    return switch (node) {
      case Sequence s -> s.flow();
      case Mapping m -> m.flow();
      case Scalar s -> false;
      case YamlNode.Alias a -> false;
    };
  }

  /**
   * The innermost block that a comment ends: the comment is indented like the block's elements, and
   * deeper than what follows.
   */
  private static Optional<YamlNode> ending(Comment comment, int columnOfNext, List<Element> chain) {
    return chain.stream()
        .map(Element::container)
        .filter(c -> !flow(c))
        .filter(c -> c.at().column() - 1 <= comment.column() && c.at().column() - 1 > columnOfNext)
        .findFirst();
  }

  /**
   * What stands to the left on the same line: a key whose value begins below, or what ends there,
   * and of several that end at once the outermost that begins there too, else the inmost.
   *
   * @param chain the last element that began, and all that it stands in
   */
  private Optional<Element> left(Comment comment, List<Element> chain) {
    if (chain.isEmpty() || opens(chain.getFirst(), comment)) {
      return chain.stream().findFirst();
    }
    List<Element> ended =
        chain.stream()
            .filter(e -> e.end() <= comment.start() && line(e.end()) == comment.line())
            .toList();
    int end = ended.stream().mapToInt(Element::end).max().orElse(-1);
    List<Element> last = ended.stream().filter(e -> e.end() == end).toList();
    return last.stream()
        .filter(e -> line(e.start()) == comment.line())
        .reduce((inner, outer) -> outer)
        .or(() -> last.stream().findFirst());
  }

  /** True when the comment stands between a key and its value, or beside a block text's header. */
  private boolean opens(Element element, Comment comment) {
    int value = element.value().span().start();
    boolean header =
        value < comment.start()
            && comment.start() < element.end()
            && line(value) == comment.line()
            && element.value() instanceof Scalar;
    return comment.start() < value || header;
  }
}
