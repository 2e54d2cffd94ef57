package io.ringfence.language;

import io.ringfence.language.YamlNode.Entry;
import io.ringfence.language.YamlNode.Kind;
import io.ringfence.language.YamlNode.Mapping;
import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.language.YamlNode.Sequence;
import io.ringfence.language.YamlNode.Span;
import io.ringfence.model.SourceLocation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.SpecVersion;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads one YAML 1.2 document into nodes, within {@link LimitsMax}.
 *
 * <p>A syntax error or a passed limit ends the reading; what else is wrong is noted and left out.
 */
final class YamlReader {
  private static final int BUFFER_MIN = 1024;

  private final SourceFile file;
  private final Problems problems;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private final Set<String> open = new HashSet<>();
  private Iterator<Event> events;
  private int nodes;
  private int aliasNodes;

  /** An anchor's node, and how much it holds. */
  private record Anchored(YamlNode node, int nodes, int height) {}

  /** Ends the reading of this file. */
  private static final class Unreadable extends RuntimeException {
    final transient SourceLocation at;

    Unreadable(SourceLocation at, String message) {
      super(message, null, false, false);
      this.at = at;
    }
  }

  private YamlReader(SourceFile file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /** The document, unless the file cannot be read at all. */
  static Optional<YamlNode> read(SourceFile file, Problems problems) {
    return new YamlReader(withoutMark(file), problems).read();
  }

  /** The file without a byte order mark, which would count as a column. */
  static SourceFile withoutMark(SourceFile file) {
    return file.text().startsWith("\ufeff") ? file.withText(file.text().substring(1)) : file;
  }

  private Optional<YamlNode> read() {
    try {
      SourceCharacters.check(file, problems);
      if (file.text().length() > LimitsMax.DOCUMENT_CHARS_MAX) {
        throw new Unreadable(
            start(), "the file has more than " + LimitsMax.DOCUMENT_CHARS_MAX + " characters");
      }
      if (!SourceCharacters.readable(file.text())) {
        return Optional.empty();
      }
      events = new Parse(settings()).parseString(file.text()).iterator();
      return Optional.of(document());
    } catch (Unreadable e) {
      problems.error(e.at, e.getMessage());
    } catch (MarkedYamlEngineException e) {
      SourceLocation at = e.getProblemMark().or(e::getContextMark).map(this::at).orElse(start());
      problems.error(at, "not YAML: " + syntax(e) + address(at));
    } catch (YamlEngineException e) {
      problems.error(start(), "not YAML: " + e.getMessage().lines().findFirst().orElse(""));
    }
    return Optional.empty();
  }

  private LoadSettings settings() {
    return LoadSettings.builder()
        .setLabel(file.name())
        .setCodePointLimit(Integer.MAX_VALUE)
        // One read of the whole text: else each kilobyte of a long line copies all of the line.
        .setBufferSize(Math.max(BUFFER_MIN, file.text().length() + 1))
        .setParseComments(false)
        .build();
  }

  private String syntax(MarkedYamlEngineException e) {
    String problem = e.getProblem() == null ? "syntax error" : e.getProblem();
    if (e.getContext() == null) {
      return problem;
    }
    boolean elsewhere =
        e.getContextMark().isPresent()
            && e.getProblemMark().isPresent()
            && e.getContextMark().get().getLine() != e.getProblemMark().get().getLine();
    String begun = elsewhere ? " that begins at " + at(e.getContextMark().get()) : "";
    return e.getContext() + begun + ", " + problem;
  }

  /** The likely slip on a line that holds an unquoted IPv6 address. */
  private String address(SourceLocation at) {
    String line = file.text().lines().skip(at.line() - 1L).findFirst().orElse("");
    return line.matches(".*[\\s\\[,][0-9a-fA-F:]*::.*") ? " (quote an IPv6 address)" : "";
  }

  private YamlNode document() {
    events.next();
    Event first = events.next();
    if (!(first instanceof DocumentStartEvent start)) {
      throw new Unreadable(start(), "the file is empty; a blueprint begins with `ringfence: v1`");
    }
    if (start.getSpecVersion().filter(v -> !v.equals(new SpecVersion(1, 2))).isPresent()
        || !start.getTags().isEmpty()) {
      problems.error(at(start), "a blueprint is YAML 1.2 without tags; remove the `%` line");
    }
    YamlNode root = node(0);
    events.next();
    Event next = events.next();
    if (next instanceof DocumentStartEvent) {
      problems.error(at(next), "a second document; a file holds one: remove the `---`");
    }
    return root;
  }

  private YamlNode node(int depth) {
    return node(events.next(), depth);
  }

  private YamlNode node(Event event, int depth) {
    count(event, depth);
    if (event instanceof AliasEvent alias) {
      return alias(alias, depth);
    }
    int before = nodes + aliasNodes;
    Optional<String> anchor =
        ((org.snakeyaml.engine.v2.events.NodeEvent) event).getAnchor().map(a -> a.getValue());
    anchor.ifPresent(a -> open(a, event));
    YamlNode node =
        event instanceof ScalarEvent scalar
            ? scalar(scalar, anchor)
            : collection((CollectionStartEvent) event, anchor, depth);
    if (anchor.isPresent()) {
      open.remove(anchor.get());
      int held = nodes + aliasNodes - before + 1;
      anchors.put(anchor.get(), new Anchored(node, held, height(node)));
    }
    return node;
  }

  private void count(Event event, int depth) {
    if (++nodes > LimitsMax.NODES_MAX) {
      throw new Unreadable(at(event), "the file has more than " + LimitsMax.NODES_MAX + " nodes");
    }
    if (depth > LimitsMax.DEPTH_MAX) {
      throw new Unreadable(
          at(event), "lists and maps are nested more than " + LimitsMax.DEPTH_MAX + " deep");
    }
  }

  private void open(String anchor, Event event) {
    if (anchors.containsKey(anchor) || !open.add(anchor)) {
      problems.error(at(event), "anchor " + Said.quote(anchor) + " is set twice");
    }
  }

  private YamlNode alias(AliasEvent event, int depth) {
    String name = event.getAlias().getValue();
    if (open.contains(name)) {
      throw new Unreadable(
          at(event), "alias " + Said.quote(name) + " stands within what it stands for");
    }
    Anchored anchored = anchors.get(name);
    if (anchored == null) {
      throw new Unreadable(
          at(event), Said.undeclared("anchor", name, anchors.keySet()) + quoteStar());
    }
    aliasNodes += anchored.nodes();
    if (aliasNodes > LimitsMax.ALIAS_NODES_MAX) {
      throw new Unreadable(
          at(event), "aliases stand for more than " + LimitsMax.ALIAS_NODES_MAX + " nodes");
    }
    if (depth + anchored.height() > LimitsMax.DEPTH_MAX) {
      throw new Unreadable(
          at(event), "lists and maps are nested more than " + LimitsMax.DEPTH_MAX + " deep");
    }
    return new YamlNode.Alias(name, anchored.node(), at(event), span(event, event));
  }

  private static String quoteStar() {
    return " (quote a pattern that begins with `*`)";
  }

  private int height(YamlNode node) {
    return switch (node) {
      case Scalar s -> 0;
      case YamlNode.Alias a -> anchors.get(a.name()).height();
      case Sequence s -> 1 + s.items().stream().mapToInt(this::height).max().orElse(0);
      case Mapping m -> 1 + m.entries().stream().mapToInt(e -> height(e.value())).max().orElse(0);
    };
  }

  private Scalar scalar(ScalarEvent event, Optional<String> anchor) {
    refuseTag(event.getTag(), event);
    boolean plain = event.isPlain();
    Kind kind = plain ? CoreSchema.kind(event.getValue()) : Kind.TEXT;
    return new Scalar(event.getValue(), kind, plain, at(event), span(event, event), anchor);
  }

  private void refuseTag(Optional<String> tag, Event event) {
    tag.ifPresent(
        t ->
            problems.error(
                at(event),
                "tag "
                    + Said.quote(t.replace("tag:yaml.org,2002:", "!!"))
                    + "; a blueprint has none: quote what is text"));
  }

  private YamlNode collection(CollectionStartEvent event, Optional<String> anchor, int depth) {
    refuseTag(event.getTag(), event);
    return event.getEventId() == Event.ID.SequenceStart
        ? sequence(event, anchor, depth)
        : mapping(event, anchor, depth);
  }

  private Sequence sequence(CollectionStartEvent event, Optional<String> anchor, int depth) {
    List<YamlNode> items = new ArrayList<>();
    Event next = events.next();
    while (next.getEventId() != Event.ID.SequenceEnd) {
      items.add(node(next, depth + 1));
      next = events.next();
    }
    int end = event.isFlow() || items.isEmpty() ? end(next) : items.getLast().span().end();
    Span span = new Span(begin(event), end);
    return new Sequence(List.copyOf(items), event.isFlow(), at(event), span, anchor);
  }

  private Mapping mapping(CollectionStartEvent event, Optional<String> anchor, int depth) {
    Map<String, Entry> entries = new java.util.LinkedHashMap<>();
    Event next = events.next();
    int last = end(event);
    while (next.getEventId() != Event.ID.MappingEnd) {
      YamlNode key = node(next, depth + 1);
      YamlNode value = node(depth + 1);
      last = value.span().end();
      if (key instanceof Scalar name && !name.text().isEmpty()) {
        Entry first = entries.putIfAbsent(name.text(), new Entry(name, value));
        if (first != null) {
          problems.error(
              key.at(),
              "duplicate key "
                  + Said.quote(name.text())
                  + "; it stands already at "
                  + first.key().at());
        }
      } else {
        problems.error(key.at(), "a key is text; quote it if it holds `:`, `{`, `[` or `*`");
      }
      next = events.next();
    }
    Span span = new Span(begin(event), event.isFlow() ? end(next) : last);
    return new Mapping(List.copyOf(entries.values()), event.isFlow(), at(event), span, anchor);
  }

  private SourceLocation start() {
    return new SourceLocation(file.name(), file.lines().at(1), 1);
  }

  private SourceLocation at(Event event) {
    return at(event.getStartMark().orElseThrow());
  }

  private SourceLocation at(Mark mark) {
    return new SourceLocation(
        file.name(), file.lines().at(mark.getLine() + 1), mark.getColumn() + 1);
  }

  private static Span span(Event first, Event last) {
    return new Span(begin(first), end(last));
  }

  private static int begin(Event event) {
    return event.getStartMark().orElseThrow().getIndex();
  }

  private static int end(Event event) {
    return event.getEndMark().orElseThrow().getIndex();
  }
}
