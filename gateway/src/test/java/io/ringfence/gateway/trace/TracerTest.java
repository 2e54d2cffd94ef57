package io.ringfence.gateway.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TracerTest {
  private static final String SAMPLED = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  private static final String UNSAMPLED = SAMPLED.substring(0, 54) + "0";

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // it may wrap
  private final List<Span> spans = new ArrayList<>();

  private Tracer tracer(int permille) {
    return new Tracer(permille, spans::addAll, InstantSource.system(), nanos::get);
  }

  private static Optional<Trace> begin(Tracer tracer, String traceparent) {
    return tracer.begin(Optional.ofNullable(traceparent), "gate", "chroma");
  }

  @Test
  void whoeverSendsATraceDecides() {
    assertEquals("4bf92f3577b34da6a3ce929d0e0e4736", begin(tracer(0), SAMPLED).orElseThrow().id());
    assertEquals(Optional.empty(), begin(tracer(1000), UNSAMPLED));
  }

  @Test
  void malformedTraceIsBegunAnew() {
    Trace trace = begin(tracer(1000), "00-nonsense").orElseThrow();
    assertEquals(32, trace.id().length());
    assertNotEquals(trace.id(), begin(tracer(1000), null).orElseThrow().id());
    trace.end();
    assertEquals("", spans.getFirst().parent());
    assertEquals(Optional.empty(), begin(tracer(0), "00-nonsense"));
  }

  @Test
  void offTracesNothing() {
    assertEquals(Optional.empty(), begin(Tracer.OFF, SAMPLED));
  }

  @Test
  void noMoreBeginInASecondThanMay() {
    Tracer tracer = tracer(0);
    for (int i = 0; i < Tracer.TRACES_PER_SECOND_MAX; i++) {
      assertTrue(begin(tracer, SAMPLED).isPresent(), "number " + i);
    }
    assertEquals(Optional.empty(), begin(tracer, SAMPLED));
    nanos.addAndGet(1_000_000_000L / Tracer.TRACES_PER_SECOND_MAX);
    assertTrue(begin(tracer, SAMPLED).isPresent());
    assertEquals(Optional.empty(), begin(tracer, SAMPLED));
  }

  @Test
  void partsAreBounded() {
    Trace trace = begin(tracer(1000), null).orElseThrow();
    for (int i = 0; i <= Trace.PARTS_MAX; i++) {
      trace.begin("check").end(false);
    }
    trace.end();
    trace.end();
    assertEquals(Trace.PARTS_MAX + 1, spans.size(), "its parts, and itself, once");
    assertEquals(Span.Kind.SERVER, spans.getLast().kind());
    assertEquals(spans.getLast().id(), spans.getFirst().parent());
  }
}
