package io.ringfence.gateway.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.gateway.doctor.Clientele;
import io.ringfence.gateway.doctor.Diagnosis;
import io.ringfence.gateway.signal.GatewayMetrics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks at the databases' own settings: at start, when who comes changes, and ever again. What was
 * not looked at yet is tried more often.
 */
final class Rounds implements AutoCloseable {
  static final Duration EVERY = Duration.ofSeconds(60);
  static final Duration UNSEEN_EVERY = Duration.ofSeconds(1);

  /** How long a start waits for the first look; the rest of the gateway serves meanwhile. */
  static final Duration START_MAX = Duration.ofSeconds(10);

  private final List<Checkup> checkups;
  private final Thread rounds =
      Thread.ofPlatform().daemon().name("gateway-doctor").unstarted(this::goRound);
  private volatile Clientele clientele;
  private volatile boolean soon;
  private volatile boolean closing;

  Rounds(List<Checkup> checkups, GatewayMetrics metrics) {
    this.checkups = List.copyOf(checkups);
    metrics.gauge(
        "doctor_findings",
        "What databases' own settings leave open.",
        () -> checkups.stream().mapToInt(c -> c.findings().size()).sum());
    metrics.gauge(
        "databases_not_served",
        "Services of databases that serve nobody, since they are open or were not looked at.",
        () -> closed().size());
  }

  /** Looks for the first time, for a bounded while, and then ever again. */
  void begin(Clientele who) {
    clientele = who;
    CompletableFuture<Void> first = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> lookAndTell(first));
    try {
      first.get(START_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
      // It is told as what it is: not looked at.
    }
    rounds.start();
  }

  private void lookAndTell(CompletableFuture<Void> done) {
    try {
      look();
    } finally {
      done.complete(null);
    }
  }

  /** Looks at all for whom comes now. */
  synchronized void look() {
    Clientele who = clientele;
    look(who).forEach(Checkup::take);
  }

  private Map<Checkup, Checkup.Standing> look(Clientele who) {
    Map<Checkup, CompletableFuture<Checkup.Standing>> asked = new LinkedHashMap<>();
    for (Checkup checkup : checkups) {
      CompletableFuture<Checkup.Standing> standing = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> standing.complete(checkup.look(who)));
      asked.put(checkup, standing);
    }
    Map<Checkup, Checkup.Standing> out = new LinkedHashMap<>();
    asked.forEach((checkup, standing) -> out.put(checkup, standing.join()));
    return out;
  }

  /**
   * Other callers are to be served from now on: looks at all for them first where that matters.
   *
   * @return what takes it back
   */
  synchronized Runnable turnTo(Clientele next) {
    Clientele before = clientele;
    if (next.equals(before)) {
      soon = true;
      return () -> {};
    }
    Map<Checkup, Checkup.Standing> past = new LinkedHashMap<>();
    checkups.forEach(c -> past.put(c, c.standing()));
    look(next).forEach(Checkup::take);
    clientele = next;
    return () -> takeBack(before, past);
  }

  private synchronized void takeBack(Clientele before, Map<Checkup, Checkup.Standing> past) {
    past.forEach(Checkup::take);
    clientele = before;
  }

  private void goRound() {
    long last = System.nanoTime();
    while (!closing) {
      try {
        Thread.sleep(UNSEEN_EVERY);
        boolean unseen =
            checkups.stream()
                .anyMatch(c -> c.waited() && c.standing() instanceof Checkup.Standing.Unseen);
        if (unseen || soon || System.nanoTime() - last >= EVERY.toNanos()) {
          soon = false;
          look();
          last = System.nanoTime();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Why services of databases serve nobody; empty when all serve. */
  List<String> closed() {
    return checkups.stream().map(Checkup::closed).flatMap(Optional::stream).toList();
  }

  /** How each stands, without looking again. */
  ObjectNode told() {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    checkups.forEach(c -> out.set(c.service(), told(c)));
    return out;
  }

  private static ObjectNode told(Checkup checkup) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("served", checkup.closed().isEmpty());
    switch (checkup.standing()) {
      case Checkup.Standing.Unseen unseen -> out.put("unanswered", unseen.why());
      case Checkup.Standing.Seen seen -> {
        seen.unanswered().ifPresent(why -> out.put("unanswered", why));
        tell(seen.diagnosis(), out);
      }
    }
    return out;
  }

  private static void tell(Diagnosis diagnosis, ObjectNode out) {
    out.put("version", diagnosis.version());
    ArrayNode findings = out.putArray("findings");
    diagnosis
        .findings()
        .forEach(f -> findings.addObject().put("text", f.text()).put("repair", f.repair()));
    if (!diagnosis.notes().isEmpty()) {
      diagnosis.notes().forEach(out.putArray("notes")::add);
    }
  }

  @Override
  public void close() {
    closing = true;
    rounds.interrupt();
  }
}
