package io.ringfence.lab;

import io.ringfence.model.Address;
import io.ringfence.model.Family;
import io.ringfence.model.Protocol;
import io.ringfence.model.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Sends packets with sources of the sender's choice, and has witnesses at the targets say which
 * arrived: a witness hears what its host's input filter has let pass.
 */
final class Volley implements AutoCloseable {
  /** The most packets in one volley: the witnesses' buffers hold so many. */
  static final int SHOTS_MAX = 512;

  private static final Duration SETTLE = Duration.ofMillis(150);
  private static final int FROM_PORT = 61000;

  private final LabPlan plan;
  private final Namespaces namespaces;
  private final Pace pace;
  private final int base = ThreadLocalRandom.current().nextInt();
  private final Map<String, Witness> witnesses = new HashMap<>();

  /** A socket that hears one protocol at one node. */
  private record Witness(Family family, Protocol protocol, RawSocket socket) {}

  private Volley(LabPlan plan, Namespaces namespaces, Pace pace) {
    this.plan = plan;
    this.namespaces = namespaces;
    this.pace = pace;
  }

  /** Sends the packets, each once or, when it seems lost, twice; returns those that arrived. */
  static Set<Shot> fire(List<Shot> shots, LabPlan plan, Namespaces namespaces, Pace pace) {
    Set<Shot> arrived = new HashSet<>();
    for (int i = 0; i < shots.size(); i += SHOTS_MAX) {
      List<Shot> part = shots.subList(i, Math.min(shots.size(), i + SHOTS_MAX));
      try (Volley volley = new Volley(plan, namespaces, pace)) {
        arrived.addAll(volley.fire(part));
      } catch (IOException e) {
        throw new LabUnavailable("cannot send raw packets: " + e.getMessage(), e);
      }
    }
    return arrived;
  }

  private Set<Shot> fire(List<Shot> shots) throws IOException {
    for (Shot shot : shots) {
      witness(shot);
    }
    Map<String, List<Integer>> bySender = new LinkedHashMap<>();
    for (int i = 0; i < shots.size(); i++) {
      bySender.computeIfAbsent(shots.get(i).from().namespace(), k -> new ArrayList<>()).add(i);
    }
    bySender.forEach((namespace, own) -> namespaces.<Void>call(namespace, () -> send(shots, own)));
    Set<Shot> arrived = new HashSet<>();
    hear(shots, arrived);
    return arrived;
  }

  private void witness(Shot shot) throws IOException {
    LabNode target = plan.nodeAt(shot.to().address()).orElseThrow();
    Family family = shot.to().address().family();
    String key = target.namespace() + " " + family + " " + shot.protocol();
    if (!witnesses.containsKey(key)) {
      RawSocket socket =
          namespaces.call(target.namespace(), () -> RawSocket.of(family, shot.protocol()));
      witnesses.put(key, new Witness(family, shot.protocol(), socket));
    }
  }

  private Void send(List<Shot> shots, List<Integer> own) throws IOException, InterruptedException {
    try (RawSocket ipv4 = RawSocket.withHeader(Family.IPV4);
        RawSocket ipv6 = RawSocket.withHeader(Family.IPV6);
        RawSocket wire = RawSocket.onWire()) {
      for (int index : own) {
        while (!pace.permits()) {
          Thread.sleep(1);
        }
        Shot shot = shots.get(index);
        try {
          switch (shot.way()) {
            case IP ->
                (shot.to().address().family() == Family.IPV4 ? ipv4 : ipv6)
                    .send(packet(shot, base + index), shot.to());
            case WIRE -> sendOnWire(wire, shot, base + index);
          }
        } catch (IOException e) {
          // The sender's own filter forbade it, or no way leads there: it did not arrive.
        }
      }
      return null;
    }
  }

  private void sendOnWire(RawSocket wire, Shot shot, int token) throws IOException {
    Optional<Hop> hop = hop(shot);
    if (hop.isPresent()) {
      wire.send(packet(shot, token), shot.to(), hop.get().device(), hop.get().mac());
    }
  }

  /** The interface that a frame leaves by, and the neighbour that it is for. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Hop(String device, byte[] mac) {}

  /** The target itself when it is on the same wire, else the router of the sender's segment. */
  private Optional<Hop> hop(Shot shot) {
    for (LabNode.Interface own : shot.from().interfaces()) {
      Segment segment = plan.blueprint().segments().get(own.segment());
      boolean sameWire = segment.addresses().contains(shot.to().address());
      LabNode neighbour =
          sameWire
              ? plan.nodeAt(shot.to().address()).orElseThrow()
              : plan.node(plan.topology().routerOf(segment).name(), LabNode.Kind.ROUTER);
      Optional<LabNode.Interface> far = neighbour.facing(own.segment());
      if (far.isPresent()) {
        byte[] mac = HexFormat.ofDelimiter(":").parseHex(far.get().mac());
        return Optional.of(new Hop(own.name(), mac));
      }
    }
    return Optional.empty();
  }

  private static byte[] packet(Shot shot, int token) {
    Address to = shot.to().address();
    if (shot.protocol().equals(Protocol.TCP)) {
      return Packets.syn(shot.claimed(), to, FROM_PORT, shot.port(), token);
    }
    if (shot.protocol().equals(Protocol.UDP)) {
      byte[] data = ByteBuffer.allocate(4).putInt(token).array();
      return Packets.datagram(shot.claimed(), to, FROM_PORT, shot.port(), data);
    }
    return Packets.sctpInit(shot.claimed(), to, FROM_PORT, shot.port(), token);
  }

  /** Where each protocol's packet carries the token. */
  private static int tokenAt(Protocol protocol) {
    if (protocol.equals(Protocol.TCP)) {
      return 4;
    }
    return protocol.equals(Protocol.UDP) ? 8 : 16;
  }

  private void hear(List<Shot> shots, Set<Shot> arrived) throws IOException {
    long deadline = System.nanoTime() + SETTLE.toNanos();
    while (System.nanoTime() < deadline && arrived.size() < shots.size()) {
      for (Witness witness : witnesses.values()) {
        witness.socket().await(Duration.ofMillis(1));
        hear(witness, shots, arrived);
      }
    }
  }

  private void hear(Witness witness, List<Shot> shots, Set<Shot> arrived) throws IOException {
    int at = tokenAt(witness.protocol());
    for (var heard = witness.socket().receive();
        heard.isPresent();
        heard = witness.socket().receive()) {
      ByteBuffer payload = Packets.payload(witness.family(), heard.get());
      int index = payload.remaining() >= at + 4 ? payload.getInt(at) - base : -1;
      if (index >= 0 && index < shots.size() && isOf(shots.get(index), payload)) {
        arrived.add(shots.get(index));
      }
    }
  }

  private static boolean isOf(Shot shot, ByteBuffer payload) {
    return Short.toUnsignedInt(payload.getShort(0)) == FROM_PORT
        && Short.toUnsignedInt(payload.getShort(2)) == shot.port();
  }

  @Override
  public void close() {
    witnesses.values().forEach(w -> w.socket().close());
  }
}
