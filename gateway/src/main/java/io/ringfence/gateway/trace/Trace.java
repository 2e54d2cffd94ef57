package io.ringfence.gateway.trace;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * One request that is traced: a span for all of it, and one for each part.
 *
 * <p>INVARIANT (no name is a client's): names of spans and attributes are ours; a span's name is an
 * operation of an engine's closed list.
 */
public final class Trace {
  /** Parts of one request that are recorded at most: of a request that asks often, the first. */
  static final int PARTS_MAX = 64;

  private final String id;
  private final String root = spanId();
  private final String parent;
  private final long begunNanos = System.nanoTime();
  private final long epochNanos;
  private final Consumer<List<Span>> sink;
  private final List<Span> parts = new ArrayList<>();
  private final Map<String, Object> attributes = new TreeMap<>();
  private String name = "request";
  private boolean failed;
  private boolean over;

  Trace(String id, String parent, long epochNanos, Consumer<List<Span>> sink) {
    this.id = id;
    this.parent = parent;
    this.epochNanos = epochNanos;
    this.sink = sink;
  }

  static String traceId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return hex(random.nextLong()) + hex(random.nextLong() | 1);
  }

  private static String spanId() {
    return hex(ThreadLocalRandom.current().nextLong() | 1);
  }

  private static String hex(long value) {
    return HexFormat.of().toHexDigits(value);
  }

  /** For records of the same request. */
  public String id() {
    return id;
  }

  private long now() {
    return epochNanos + System.nanoTime() - begunNanos;
  }

  // --- Its parts ---

  /** A part that has begun. */
  public final class Part {
    private final String id = spanId();
    private final String name;
    private final Span.Kind kind;
    private final long start = now();

    private Part(String name, Span.Kind kind) {
      this.name = name;
      this.kind = kind;
    }

    /** What a server that is asked meanwhile is told. */
    String traceparent() {
      return new TraceParent(Trace.this.id, id, true).text();
    }

    void end(boolean badly) {
      keep(new Span(Trace.this.id, id, root, name, kind, start, now(), Map.of(), badly));
    }
  }

  Part begin(String part, Span.Kind kind) {
    return new Part(part, kind);
  }

  Part begin(String part) {
    return begin(part, Span.Kind.INTERNAL);
  }

  private synchronized void keep(Span part) {
    if (!over && parts.size() < PARTS_MAX) {
      parts.add(part);
    }
  }

  // --- All of it ---

  synchronized void name(String operation) {
    name = operation;
  }

  synchronized void say(String attribute, Object value) {
    attributes.put(attribute, value);
  }

  /** It did not come to the answer that was asked for. */
  synchronized void fail(String kind) {
    failed = true;
    attributes.put("error.type", kind);
  }

  /** Hands its spans over; what ends later is not among them. */
  public synchronized void end() {
    if (over) {
      return;
    }
    over = true;
    List<Span> all = new ArrayList<>(parts);
    all.add(
        new Span(
            id,
            root,
            parent,
            name,
            Span.Kind.SERVER,
            epochNanos,
            now(),
            Map.copyOf(attributes),
            failed));
    sink.accept(all);
  }
}
