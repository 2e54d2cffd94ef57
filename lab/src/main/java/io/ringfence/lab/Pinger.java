package io.ringfence.lab;

import io.ringfence.model.Address;
import io.ringfence.model.Family;
import io.ringfence.model.Protocol;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Sends echo requests from one address, and hears the replies. */
final class Pinger {
  private static final int SEQUENCE_MAX = 65536;
  private static final byte[] NOTHING = {};

  private final Family family;
  private final int id = ThreadLocalRandom.current().nextInt(SEQUENCE_MAX);
  private final Map<Integer, Call> waiting = new HashMap<>();
  private final List<Call.Answer> answers = new ArrayList<>();

  private Pinger(Family family) {
    this.family = family;
  }

  /** Runs on a thread in the sources' namespace. */
  static List<Call.Answer> ping(List<Call> calls, Duration timeout, Pace pace) throws IOException {
    Map<Address, List<Call>> bySource = new LinkedHashMap<>();
    for (Call call : calls) {
      bySource.computeIfAbsent(call.source(), k -> new ArrayList<>()).add(call);
    }
    List<Call.Answer> answers = new ArrayList<>();
    for (Map.Entry<Address, List<Call>> entry : bySource.entrySet()) {
      Pinger pinger = new Pinger(entry.getKey().family());
      pinger.run(entry.getKey(), entry.getValue(), timeout, pace);
      answers.addAll(pinger.answers);
    }
    return answers;
  }

  private void run(Address source, List<Call> calls, Duration timeout, Pace pace)
      throws IOException {
    Protocol protocol = family == Family.IPV4 ? Protocol.ICMP : Protocol.ICMPV6;
    try (RawSocket socket = RawSocket.of(family, protocol)) {
      socket.bind(source);
      for (int i = 0; i < calls.size(); i++) {
        waiting.put(i % SEQUENCE_MAX, calls.get(i));
      }
      sendAll(socket, pace);
      hear(socket, timeout.dividedBy(2));
      sendAll(socket, pace);
      hear(socket, timeout.dividedBy(2));
    }
    waiting.values().forEach(c -> answers.add(new Call.Answer(c, Outcome.SILENT, NOTHING)));
  }

  private void sendAll(RawSocket socket, Pace pace) throws IOException {
    for (int sequence : List.copyOf(waiting.keySet())) {
      while (!pace.permits()) {
        hear(socket, Duration.ofMillis(1));
      }
      Call call = waiting.get(sequence);
      try {
        if (call != null) {
          socket.send(Packets.echo(family, id, sequence), call.to());
        }
      } catch (IOException e) {
        answer(sequence, Outcome.UNREACHABLE);
      }
    }
  }

  private void hear(RawSocket socket, Duration timeout) throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    for (long left = timeout.toNanos();
        left > 0 && !waiting.isEmpty();
        left = deadline - System.nanoTime()) {
      socket.await(Duration.ofNanos(Math.max(left, 1_000_000)));
      for (var heard = socket.receive(); heard.isPresent(); heard = socket.receive()) {
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
