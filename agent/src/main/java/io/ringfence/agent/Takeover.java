package io.ringfence.agent;

import io.ringfence.agent.kernel.Conntrack;
import io.ringfence.agent.kernel.ConntrackEntry;
import io.ringfence.agent.kernel.ConntrackTuple;
import io.ringfence.agent.kernel.KernelException;
import io.ringfence.agent.kernel.LibNftables;
import io.ringfence.agent.kernel.NetworkNamespace;
import io.ringfence.agent.kernel.NftablesException;
import io.ringfence.agent.kernel.SocketEntry;
import io.ringfence.agent.kernel.SocketTable;
import io.ringfence.model.Address;
import io.ringfence.model.Flow;
import io.ringfence.model.Protocol;
import io.ringfence.targets.nftables.Generation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Gives the live connections that a desired state permits to the kernel's connection tracking in
 * the direction in which they were opened, before the first table is loaded, so that none is cut.
 *
 * <p>The host's own sockets say who opened them. Of a forwarded connection that was picked up from
 * its middle, the end that sends from an ephemeral port is taken for the opener.
 */
final class Takeover {
  /** Where Linux takes a connecting socket's port from ({@code ip_local_port_range}). */
  private static final int EPHEMERAL_FIRST = 32768;

  /** As long as the kernel itself keeps an established connection without a packet. */
  private static final Duration ESTABLISHED = Duration.ofDays(5);

  /** How long a router's forwarded connections are watched before the first load. */
  private static final Duration WATCH = Duration.ofSeconds(1);

  private static final String TRACKING =
      """
      add table inet ringfence
      add chain inet ringfence track { type filter hook forward priority 0; policy accept; }
      add rule inet ringfence track ct state new,established accept
      """;

  private final NetworkNamespace namespace;
  private final DesiredState desired;

  private Takeover(NetworkNamespace namespace, DesiredState desired) {
    this.namespace = namespace;
    this.desired = desired;
  }

  static Takeover of(NetworkNamespace namespace, DesiredState desired) {
    return new Takeover(namespace, desired);
  }

  /** Returns how many connections were taken over or turned round. */
  int carryOut() {
    return Inside.call(namespace, "live connections cannot be taken over", this::inside);
  }

  /**
   * Takes a generation's mark from connections that an earlier generation of the same mark, or of
   * another store, left it on, so that they are judged anew.
   */
  void forgetMark(int number) {
    int mark = new Generation(number).mark();
    Inside.<Void>call(
        namespace,
        "old marks cannot be taken away",
        () -> {
          try (Conntrack conntrack = Conntrack.open()) {
            List<ConntrackEntry> marked = new ArrayList<>();
            conntrack.forEachMarked(mark, Generation.MARK_MASK, marked::add);
            for (ConntrackEntry entry : marked) {
              conntrack.mark(entry, 0, Generation.MARK_MASK);
            }
            return null;
          }
        });
  }

  private int inside() throws IOException {
    if (forwards()) {
      watchAWhile();
    }
    try (Conntrack conntrack = Conntrack.open()) {
      List<ConntrackEntry> tracked = conntrack.entries();
      int count = 0;
      for (Own own : ownConnections()) {
        if (desired.permits(flow(own.opened()).by(own.user()))) {
          count += track(conntrack, tracked, own.opened(), 0) ? 1 : 0;
        }
      }
      for (ConntrackEntry entry : tracked) {
        count += backwards(entry) && turn(conntrack, entry) ? 1 : 0;
      }
      return count;
    }
  }

  private static boolean forwards() throws IOException {
    for (String family : List.of("ipv4/ip_forward", "ipv6/conf/all/forwarding")) {
      Path setting = Path.of("/proc/sys/net", family);
      if (Files.exists(setting) && Files.readString(setting).startsWith("1")) {
        return true;
      }
    }
    return false;
  }

  /**
   * Turns tracking on without filtering, so that connections which are forwarded just now show. The
   * table is replaced by the load that follows, or removed when that fails.
   */
  private static void watchAWhile() throws NftablesException {
    try (LibNftables nft = LibNftables.open()) {
      nft.run(TRACKING);
    }
    LockSupport.parkNanos(WATCH.toNanos());
  }

  /**
   * A connection that ends here.
   *
   * @param user who opened it, if that was here
   */
  private record Own(ConntrackTuple opened, OptionalLong user) {}

  private static List<Own> ownConnections() throws IOException {
    SocketTable table = SocketTable.read();
    List<Own> out = new ArrayList<>();
    for (SocketEntry socket : table.tcpConnections()) {
      ConntrackTuple outward = outward(socket);
      out.add(
          switch (table.initiator(socket)) {
            case LOCAL -> new Own(outward, socket.user());
            case REMOTE -> new Own(outward.reversed(), OptionalLong.empty());
          });
    }
    return out;
  }

  /** What a connected TCP socket sends. */
  static ConntrackTuple outward(SocketEntry socket) {
    return ConntrackTuple.tcp(
        socket.localAddress(), socket.localPort(), socket.remoteAddress(), socket.remotePort());
  }

  /** Has the kernel track a live connection from whom it was opened, and mark it. */
  static boolean track(
      Conntrack conntrack, List<ConntrackEntry> tracked, ConntrackTuple opened, int mark)
      throws KernelException {
    ConntrackTuple reversed = opened.reversed();
    for (ConntrackEntry entry : tracked) {
      if (entry.original().equals(reversed)) {
        conntrack.delete(entry);
      }
    }
    return conntrack.create(opened, ESTABLISHED, mark);
  }

  private boolean backwards(ConntrackEntry entry) {
    ConntrackTuple original = entry.original();
    return original.protocol() == Protocol.TCP.number()
        && original.sourcePort() < EPHEMERAL_FIRST
        && original.destinationPort() >= EPHEMERAL_FIRST
        && !desired.permits(flow(original))
        && desired.permits(flow(original.reversed()));
  }

  private static boolean turn(Conntrack conntrack, ConntrackEntry entry) throws KernelException {
    conntrack.delete(entry);
    return conntrack.create(entry.original().reversed(), ESTABLISHED, 0);
  }

  /** The flow that a connection is of. */
  static Flow flow(ConntrackTuple tuple) {
    return new Flow(
        Address.of(tuple.source().getAddress()),
        Address.of(tuple.destination().getAddress()),
        new Protocol(tuple.protocol()),
        tuple.destinationPort());
  }
}
