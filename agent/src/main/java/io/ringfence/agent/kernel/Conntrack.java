package io.ringfence.agent.kernel;

import static io.ringfence.agent.kernel.ConntrackCodec.ID;
import static io.ringfence.agent.kernel.ConntrackCodec.MARK;
import static io.ringfence.agent.kernel.ConntrackCodec.MARK_MASK;
import static io.ringfence.agent.kernel.ConntrackCodec.PROTOCOL_INFO;
import static io.ringfence.agent.kernel.ConntrackCodec.STATUS;
import static io.ringfence.agent.kernel.ConntrackCodec.TIMEOUT;
import static io.ringfence.agent.kernel.ConntrackCodec.TUPLE_ORIGINAL;
import static io.ringfence.agent.kernel.ConntrackCodec.TUPLE_REPLY;
import static io.ringfence.agent.kernel.ConntrackCodec.ZONE;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The connections that the kernel tracks in one network namespace. For one thread at a time.
 *
 * <p>INVARIANT (true direction): the kernel takes the first packet it sees for the initiator's. An
 * entry that is {@linkplain #create created} for a live connection before that packet comes keeps
 * the connection the way round it was opened.
 */
public final class Conntrack implements AutoCloseable {
  private static final int SUBSYSTEM = 1 << 8; // NFNL_SUBSYS_CTNETLINK
  private static final int NEW = SUBSYSTEM;
  private static final int GET = SUBSYSTEM | 1;
  private static final int DELETE = SUBSYSTEM | 2;

  private static final int LIVE_BOTH_WAYS =
      ConntrackEntry.CONFIRMED | ConntrackEntry.SEEN_REPLY | ConntrackEntry.ASSURED;

  private final Netlink netlink;

  private Conntrack(Netlink netlink) {
    this.netlink = netlink;
  }

  /** Opens the connection tracking of the calling thread's network namespace. */
  public static Conntrack open() throws KernelException {
    return new Conntrack(Netlink.netfilter());
  }

  /** The tracked connections of both families. */
  public List<ConntrackEntry> entries() throws KernelException {
    List<ConntrackEntry> entries = new ArrayList<>();
    forEach(entries::add);
    return entries;
  }

  /** Hands over each tracked connection of both families. */
  public void forEach(Consumer<ConntrackEntry> consumer) throws KernelException {
    dump(new NetlinkAttributes(), consumer);
  }

  /** Hands over each connection whose mark, under the mask, has the value. */
  public void forEachMarked(int value, int mask, Consumer<ConntrackEntry> consumer)
      throws KernelException {
    dump(new NetlinkAttributes().withInt(MARK, value).withInt(MARK_MASK, mask), consumer);
  }

  private void dump(NetlinkAttributes filter, Consumer<ConntrackEntry> consumer)
      throws KernelException {
    netlink.dump(
        new NetlinkMessage(GET, 0, 0, 0, filter),
        "cannot list tracked connections",
        message -> consumer.accept(ConntrackCodec.entry(message.attributes())));
  }

  /** Forgets a connection; false when it was gone already. */
  public boolean delete(ConntrackEntry entry) throws KernelException {
    NetlinkAttributes which = identity(entry).withInt(ID, entry.id());
    return unless(
        KernelException.NO_ENTRY,
        new NetlinkMessage(DELETE, 0, entry.original().family(), 0, which),
        "cannot delete a tracked connection");
  }

  /** Sets the bits of a connection's mark that the mask names; false when it was gone already. */
  public boolean mark(ConntrackEntry entry, int value, int mask) throws KernelException {
    NetlinkAttributes change = identity(entry).withInt(MARK, value).withInt(MARK_MASK, mask);
    return unless(
        KernelException.NO_ENTRY,
        new NetlinkMessage(NEW, 0, entry.original().family(), 0, change),
        "cannot mark a tracked connection");
  }

  private static NetlinkAttributes identity(ConntrackEntry entry) {
    var identity =
        new NetlinkAttributes()
            .withNested(TUPLE_ORIGINAL, ConntrackCodec.attributes(entry.original()));
    return entry.zone() == 0 ? identity : identity.withShort(ZONE, entry.zone());
  }

  /**
   * Tracks a connection with ports that is live already, as one that both ends have spoken on.
   *
   * @param original from its initiator to its other end
   * @param timeout how long it lives without a packet; each packet sets the kernel's own
   * @return false when it is tracked already, in this direction or the other
   */
  public boolean create(ConntrackTuple original, Duration timeout, int mark)
      throws KernelException {
    var entry =
        new NetlinkAttributes()
            .withNested(TUPLE_ORIGINAL, ConntrackCodec.attributes(original))
            .withNested(TUPLE_REPLY, ConntrackCodec.attributes(original.reversed()))
            .withInt(STATUS, LIVE_BOTH_WAYS)
            .withInt(TIMEOUT, Math.toIntExact(timeout.toSeconds()))
            .withInt(MARK, mark);
    if (original.protocol() == IpHeaders.TCP) {
      entry.withNested(PROTOCOL_INFO, ConntrackCodec.establishedTcp());
    }
    int flags = NetlinkMessage.CREATE | NetlinkMessage.EXCLUSIVE;
    return unless(
        KernelException.EXISTS,
        new NetlinkMessage(NEW, flags, original.family(), 0, entry),
        "cannot track a live connection");
  }

  /** Carries out a request; false when the kernel refused it for the one reason given. */
  private boolean unless(int errno, NetlinkMessage request, String attempted)
      throws KernelException {
    try {
      netlink.request(request, attempted);
      return true;
    } catch (KernelException e) {
      if (e.errno() == errno) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void close() throws KernelException {
    netlink.close();
  }
}
