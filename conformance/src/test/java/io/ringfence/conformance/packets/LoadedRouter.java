package io.ringfence.conformance.packets;

import io.ringfence.agent.kernel.Conntrack;
import io.ringfence.agent.kernel.ConntrackEntry;
import io.ringfence.conformance.differential.Datagram;
import io.ringfence.conformance.differential.Machine;
import io.ringfence.conformance.differential.Site;
import io.ringfence.model.Flow;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A router in a namespace of its own with a ruleset loaded, through which connections are opened.
 */
final class LoadedRouter implements AutoCloseable {
  /** Fewer than a TUN device queues, so that none is lost before it is read. */
  private static final int BATCH = 256;

  private static final int CLIENT_PORT_MIN = 32_768;

  /** So many connections at most are open at once. */
  static final int CLIENT_PORTS = 32_768;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Site site;
  private final Machine machine;
  private final double loadSeconds;
  private long cookie;

  /**
   * @param transaction libnftables JSON
   */
  LoadedRouter(Site site, String transaction) throws Exception {
    this.site = site;
    this.machine = new Machine(site.interfaces(), site.own(), site.routes());
    machine.nft("delete table inet observer");
    long begin = System.nanoTime();
    machine.nft(transaction);
    this.loadSeconds = (System.nanoTime() - begin) / 1e9;
  }

  /** How long the kernel and libnftables took to load the ruleset. */
  double loadSeconds() {
    return loadSeconds;
  }

  String listing() throws Exception {
    return machine.nft("list table inet ringfence");
  }

  /** What opening connections took, each, in nanoseconds of CPU and of the clock. */
  record Cost(double cpuNanos, double wallNanos) {}

  private record Packet(String in, byte[] bytes) {}

  /**
   * Opens as many connections, each of another flow and source port, and forgets them.
   *
   * @throws IllegalStateException when one did not come through
   */
  Cost open(SizedPolicy policy, int count, Random random) throws Exception {
    long cpu = 0;
    long wall = 0;
    int arrived = 0;
    for (int begun = 0; begun < count; begun += BATCH) {
      List<Packet> packets = packets(policy, Math.min(BATCH, count - begun), random);
      long cpuBegin = THREADS.getCurrentThreadCpuTime();
      long begin = System.nanoTime();
      for (Packet packet : packets) {
        machine.enters(packet.in(), packet.bytes());
      }
      wall += System.nanoTime() - begin;
      cpu += THREADS.getCurrentThreadCpuTime() - cpuBegin;
      arrived += (int) machine.departures().stream().filter(a -> isOurs(a.packet())).count();
    }
    if (arrived != count) {
      throw new IllegalStateException("of " + count + " connections, " + arrived + " came through");
    }
    forget();
    return new Cost((double) cpu / count, (double) wall / count);
  }

  private List<Packet> packets(SizedPolicy policy, int count, Random random) {
    List<Packet> out = new ArrayList<>();
    while (out.size() < count) {
      Flow flow = policy.flow(random);
      Datagram opening = Datagram.opening(flow, sourcePort(), ++cookie);
      out.add(new Packet(site.towards(flow.source()), opening.bytes()));
    }
    return out;
  }

  /** Whether the router forwarded it; what it says itself, it says over IPv6. */
  private static boolean isOurs(byte[] packet) {
    return packet[0] >> 4 == 4;
  }

  /** Each of a client's ports in turn, so that no two connections are the same. */
  private int sourcePort() {
    return CLIENT_PORT_MIN + (int) (cookie % CLIENT_PORTS);
  }

  private void forget() throws Exception {
    machine.call(
        () -> {
          try (Conntrack conntrack = Conntrack.open()) {
            for (ConntrackEntry entry : conntrack.entries()) {
              conntrack.delete(entry);
            }
          }
          return null;
        });
  }

  @Override
  public void close() throws Exception {
    machine.close();
  }
}
