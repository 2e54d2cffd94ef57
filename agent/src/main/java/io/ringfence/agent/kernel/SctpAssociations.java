package io.ringfence.agent.kernel;

import io.ringfence.agent.kernel.SocketEntry.Protocol;
import io.ringfence.agent.kernel.SocketEntry.State;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Reads {@code /proc/net/sctp/assocs} (the kernel's {@code net/sctp/proc.c}). An association may
 * have several addresses at either end; each pair of them is a socket here, since conntrack knows
 * one pair.
 */
final class SctpAssociations {
  // ASSOC SOCK STY SST ST HBKT ASSOC-ID TX_QUEUE RX_QUEUE UID INODE LPORT RPORT LADDRS <-> RADDRS
  private static final int USER = 9;
  private static final int INODE = 10;
  private static final int LOCAL_PORT = 11;
  private static final int REMOTE_PORT = 12;
  private static final int ADDRESSES = 13;

  private static final String BETWEEN = "<->";

  /** What the address in use is marked with. */
  private static final String PRIMARY = "*";

  private SctpAssociations() {}

  /** One line's sockets; the counters behind the addresses are no matter. */
  static Stream<SocketEntry> sockets(String line) {
    List<String> fields = Arrays.asList(line.strip().split("\\s+", -1));
    int between = fields.indexOf(BETWEEN);
    if (between < ADDRESSES) {
      throw new IllegalArgumentException("no association: " + line);
    }
    List<InetAddress> local = addresses(fields.subList(ADDRESSES, between));
    List<InetAddress> remote = addresses(fields.subList(between + 1, fields.size()));
    int localPort = Integer.parseInt(fields.get(LOCAL_PORT));
    int remotePort = Integer.parseInt(fields.get(REMOTE_PORT));
    boolean left = fields.get(INODE).equals("0");
    OptionalLong user =
        left ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(fields.get(USER)));
    return local.stream()
        .flatMap(
            from ->
                remote.stream()
                    .map(
                        to ->
                            new SocketEntry(
                                Protocol.SCTP,
                                from,
                                localPort,
                                to,
                                remotePort,
                                State.ESTABLISHED,
                                user)));
  }

  /** Those at the front: numbers follow. */
  private static List<InetAddress> addresses(List<String> fields) {
    List<InetAddress> out = new ArrayList<>();
    for (String field : fields) {
      String text = field.startsWith(PRIMARY) ? field.substring(1) : field;
      if (!text.contains(".") && !text.contains(":")) {
        break;
      }
      out.add(InetAddress.ofLiteral(text));
    }
    return out;
  }
}
