package io.ringfence.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringfence.agent.kernel.Conntrack;
import io.ringfence.agent.kernel.ConntrackEntry;
import io.ringfence.agent.kernel.ConntrackTuple;
import io.ringfence.agent.kernel.KernelException;
import io.ringfence.agent.kernel.NetworkNamespace;
import io.ringfence.agent.kernel.SocketEntry;
import io.ringfence.agent.kernel.SocketTable;
import io.ringfence.agent.kernel.SocketTable.Initiator;
import io.ringfence.model.Flow;
import io.ringfence.targets.nftables.Generation;
import io.ringfence.targets.nftables.Openings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The live connections that processes here opened. Where a ruleset looks at who owns a socket it
 * lets replies pass by their connection's mark alone, since those do not say whose socket they are
 * for; so what it permits is marked whenever it has been loaded.
 */
final class OwnedConnections {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Openings openings;
  private final SocketTable sockets;
  private final Set<InetAddress> own;

  private OwnedConnections(Openings openings) throws IOException {
    this.openings = openings;
    this.sockets = SocketTable.read();
    this.own =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .map(OwnedConnections::unscoped)
            .collect(Collectors.toSet());
  }

  /** Marks those that an artifact, which is loaded, permits their users, as it would itself. */
  static void mark(NetworkNamespace namespace, String artifact) {
    Optional<Openings> openings = openings(artifact);
    if (openings.isPresent()) {
      Inside.<Void>call(
          namespace,
          "permitted connections cannot be marked",
          () -> {
            new OwnedConnections(openings.get()).mark();
            return null;
          });
    }
  }

  private static Optional<Openings> openings(String artifact) {
    try {
      return Openings.of(JSON.readTree(artifact));
    } catch (JsonProcessingException e) {
      throw new AgentException("the artifact is no JSON: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new AgentException("permitted connections cannot be marked: " + e.getMessage(), e);
    }
  }

  private void mark() throws IOException {
    try (Conntrack conntrack = Conntrack.open()) {
      List<ConntrackEntry> tracked = conntrack.entries();
      for (ConntrackEntry entry : tracked) {
        int mark = markOf(entry.original());
        if (mark != 0) {
          conntrack.mark(entry, mark, Generation.MARK_MASK);
        }
      }
      for (SocketEntry socket : sockets.tcpConnections()) {
        if (sockets.initiator(socket) == Initiator.LOCAL) {
          track(conntrack, tracked, Takeover.outward(socket));
        }
      }
    }
  }

  /**
   * While no table is loaded the kernel tracks nothing; what was opened then is not known to it.
   */
  private void track(Conntrack conntrack, List<ConntrackEntry> tracked, ConntrackTuple opened)
      throws KernelException {
    boolean known = tracked.stream().anyMatch(e -> e.original().equals(opened));
    int mark = known ? 0 : markOf(opened);
    if (mark != 0) {
      Takeover.track(conntrack, tracked, opened, mark);
    }
  }

  /** What all that may have opened it agree on; 0 when nothing here may, or one may not. */
  private int markOf(ConntrackTuple opened) {
    List<SocketEntry> senders = sockets.senders(opened);
    List<Integer> marks = senders.stream().map(s -> markOf(opened, s)).distinct().toList();
    return marks.size() == 1 ? marks.getFirst() : 0;
  }

  private int markOf(ConntrackTuple opened, SocketEntry sender) {
    Flow flow = Takeover.flow(opened).by(sender.user());
    return openings.mark(flow, stays(opened.source(), opened.destination()));
  }

  /** Linux takes the destination's own address where nothing says from which to send to it. */
  private boolean stays(InetAddress source, InetAddress destination) {
    return destination.isLoopbackAddress()
        || source.equals(destination)
        || own.contains(source) && own.contains(destination);
  }

  /** An address as conntrack has it: without the interface that a link-local one is on. */
  private static InetAddress unscoped(InetAddress address) {
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of neither 4 nor 16 bytes", e);
    }
  }
}
