package io.ringfence.lab;

import io.ringfence.model.Family;
import io.ringfence.model.Protocol;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Sends echo requests from a node's addresses of one family, and hears the replies. */
final class Pinger {
  /** As many as there are sequence numbers. */
  static final int CALLS_MAX = 65536;

  private static final byte[] NOTHING = {};

  private final Family family;
  private final RawSocket out;
  private final RawSocket in;
  private final Pace pace;
  private final int id = ThreadLocalRandom.current().nextInt(CALLS_MAX);
  private final Map<Integer, Call> waiting = new HashMap<>();
  private final List<Call.Answer> answers = new ArrayList<>();

  private Pinger(Family family, RawSocket out, RawSocket in, Pace pace) {
    this.family = family;
    this.out = out;
    this.in = in;
    this.pace = pace;
  }

  /** Runs on a thread in the sources' namespace; every call has an answer. */
  static List<Call.Answer> ping(List<Call> calls, Duration timeout, Pace pace) throws IOException {
    List<Call.Answer> answers = new ArrayList<>();
    for (Family family : Family.values()) {
      List<Call> own = calls.stream().filter(c -> c.source().family() == family).toList();
      for (int i = 0; i < own.size(); i += CALLS_MAX) {
        List<Call> part = own.subList(i, Math.min(own.size(), i + CALLS_MAX));
        answers.addAll(ping(family, part, timeout, pace));
      }
    }
    return answers;
  }

  private static List<Call.Answer> ping(
      Family family, List<Call> calls, Duration timeout, Pace pace) throws IOException {
    Protocol protocol = family == Family.IPV4 ? Protocol.ICMP : Protocol.ICMPV6;
    try (RawSocket out = RawSocket.withHeader(family);
        RawSocket in = RawSocket.of(family, protocol)) {
      Pinger pinger = new Pinger(family, out, in, pace);
      for (int i = 0; i < calls.size(); i++) {
        pinger.waiting.put(i, calls.get(i));
      }
      for (int turn = 0; turn < 2; turn++) {
        pinger.sendAll();
        pinger.hear(timeout.dividedBy(2));
      }
      pinger.waiting.values().forEach(c -> pinger.answers.add(silent(c)));
      return pinger.answers;
    }
  }

  private static Call.Answer silent(Call call) {
    return new Call.Answer(call, Outcome.SILENT, NOTHING);
  }

  private void sendAll() throws IOException {
    for (Map.Entry<Integer, Call> entry : Map.copyOf(waiting).entrySet()) {
      while (!pace.permits()) {
        hear(Duration.ofMillis(1));
      }
      Call call = entry.getValue();
      try {
        byte[] packet = Packets.echo(call.source(), call.to().address(), id, entry.getKey());
        out.send(packet, call.to());
      } catch (IOException e) {
        answer(entry.getKey(), Outcome.UNREACHABLE); // no way, or the node's own filter
      }
    }
  }

  private void hear(Duration timeout) throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    for (long left = timeout.toNanos();
        left > 0 && !waiting.isEmpty();
        left = deadline - System.nanoTime()) {
      in.await(Duration.ofNanos(Math.max(left, 1_000_000)));
      for (var heard = in.receive(); heard.isPresent(); heard = in.receive()) {
        reply(Packets.payload(family, heard.get()));
      }
    }
  }

  private void reply(ByteBuffer message) {
    int wanted = family == Family.IPV4 ? Packets.ECHO_REPLY : Packets.ECHO_REPLY_6;
    boolean own =
        message.remaining() >= 8
            && message.get(0) == (byte) wanted
            && Short.toUnsignedInt(message.getShort(4)) == id;
    if (own) {
      answer(Short.toUnsignedInt(message.getShort(6)), Outcome.ANSWERED);
    }
  }

  private void answer(int sequence, Outcome outcome) {
    Call call = waiting.remove(sequence);
    if (call != null) {
      answers.add(new Call.Answer(call, outcome, NOTHING));
    }
  }
}
