package io.ringfence.conformance.differential;

import io.ringfence.model.Family;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Takes packets to a machine and says what became of each. */
final class Courier {
  /** What became of a packet. */
  enum Outcome {
    PASSED("let it pass"),
    DROPPED("dropped it"),
    /** Some of its fragments came out and some did not, or it came out elsewhere or twice. */
    GARBLED("let some of it pass, or let it pass elsewhere");

    private final String text;

    Outcome(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }

    static Outcome passed(boolean passed) {
      return passed ? PASSED : DROPPED;
    }
  }

  private final Machine machine;
  private final Site site;
  private long sender;
  private final Map<String, Long> expectedCounts = new TreeMap<>();

  Courier(Machine machine, Site site) {
    this.machine = machine;
    this.site = site;
    List.of("forward", "input", "local", "output").forEach(h -> expectedCounts.put(h, 0L));
  }

  /** Whose process sends what comes from the machine itself, from now on. */
  void sendAs(long user) {
    sender = user;
  }

  Outcome carry(Way way, Datagram datagram) throws Exception {
    return carry(way, datagram, List.of(datagram.bytes()));
  }

  /** The fragments, in the order given, of a datagram. */
  Outcome carry(Way way, Datagram datagram, List<byte[]> fragments) throws Exception {
    boolean stays = way instanceof Way.FromItself && site.isHere(datagram.destination());
    boolean delivered = stays || way instanceof Way.In && site.owns(datagram.destination());
    Family family = datagram.source().family();
    if (delivered) {
      machine.listener(family, datagram.protocol());
    }
    String hook =
        stays ? "local" : delivered ? "input" : way instanceof Way.In ? "forward" : "output";
    expectedCounts.merge(hook, 1L, Long::sum);
    for (byte[] fragment : fragments) {
      inject(way, datagram, fragment);
    }
    List<Machine.Arrival> out = machine.departures();
    return delivered
        ? delivery(machine.deliveries(family, datagram.protocol()), out, datagram)
        : departure(out, datagram);
  }

  private void inject(Way way, Datagram datagram, byte[] packet) throws Exception {
    switch (way) {
      case Way.In in -> machine.enters(in.by(), packet);
      case Way.FromItself itself -> machine.sends(packet, datagram.destination(), sender);
    }
  }

  private static Outcome delivery(
      List<Machine.Arrival> in, List<Machine.Arrival> out, Datagram datagram) {
    if (in.isEmpty() && out.isEmpty()) {
      return Outcome.DROPPED;
    }
    boolean once = in.size() == 1 && out.isEmpty();
    return once && isOf(datagram, in.getFirst()) ? Outcome.PASSED : Outcome.GARBLED;
  }

  private Outcome departure(List<Machine.Arrival> out, Datagram datagram) {
    if (out.isEmpty()) {
      return Outcome.DROPPED;
    }
    String place = site.towards(datagram.destination());
    boolean there = out.stream().allMatch(a -> a.at().equals(place));
    boolean whole = bodyBytes(out) == datagram.body().length;
    boolean known = out.stream().anyMatch(a -> isOf(datagram, a));
    return there && whole && known ? Outcome.PASSED : Outcome.GARBLED;
  }

  private static boolean isOf(Datagram datagram, Machine.Arrival arrival) {
    return Machine.cookie(arrival.packet()) == Machine.cookie(datagram.body());
  }

  private static int bodyBytes(List<Machine.Arrival> arrivals) {
    return arrivals.stream().mapToInt(a -> Datagram.bodyBytes(a.packet())).sum();
  }

  /**
   * Makes sure that each packet came as far as the ruleset, so that what was dropped was dropped by
   * it.
   */
  void requireAllJudged() throws Exception {
    Map<String, Long> counts = new TreeMap<>(machine.counts());
    if (!counts.equals(expectedCounts)) {
      throw new IllegalStateException(
          "of " + expectedCounts + " packets, " + counts + " came to the ruleset");
    }
  }
}
