package io.ringfence.language;

import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.HostUser;
import io.ringfence.model.Prefix;
import io.ringfence.model.SourceLocation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who claims which address and network.
 *
 * <p>INVARIANT (injective): no address has two owners, since artifacts see addresses only; but for
 * processes of one host, which its own artifact tells apart.
 */
final class Claims {
  /** Loopback, link-local, multicast, broadcast and the unspecified: nobody's. */
  private static final List<AddressRange> NOBODY =
      Stream.of(
              "0.0.0.0/8",
              "127.0.0.0/8",
              "169.254.0.0/16",
              "224.0.0.0/4",
              "255.255.255.255/32",
              "::/127",
              "::ffff:0:0/96",
              "fe80::/10",
              "ff00::/8")
          .map(Claims::range)
          .toList();

  private final Problems problems;
  private final Map<Address, Claim> addresses = new HashMap<>();
  private final List<Network> networks = new ArrayList<>();

  private record Claim(String owner, Optional<HostUser> process, SourceLocation at) {}

  private record Network(Prefix prefix, String segment, SourceLocation at) {}

  Claims(Problems problems) {
    this.problems = problems;
  }

  private static AddressRange range(String prefix) {
    if (prefix.startsWith("::ffff")) {
      return new Prefix(Address.ipv6(0, 0xffff_0000_0000L), 96).range();
    }
    return Prefix.parse(prefix).range();
  }

  /**
   * @param owner the words for it: {@code workload `web`}
   */
  void address(Address address, String owner, SourceLocation at) {
    address(address, owner, Optional.empty(), at);
  }

  /** Processes of one host may share an address. */
  void address(Address address, String owner, Optional<HostUser> process, SourceLocation at) {
    Claim first = addresses.putIfAbsent(address, new Claim(owner, process, at));
    if (first != null && !(onOneHost(first.process(), process))) {
      problems.error(
          at,
          Said.quote(address.toString())
              + " of "
              + owner
              + " is claimed by "
              + first.owner()
              + " at "
              + first.at()
              + (owner.startsWith("workload") && first.owner().startsWith("workload")
                  ? "; workloads that share an address name the same `host:`, and each its `user:`"
                  : ""));
    }
  }

  private static boolean onOneHost(Optional<HostUser> a, Optional<HostUser> b) {
    return a.isPresent() && b.isPresent() && a.get().host().equals(b.get().host());
  }

  boolean claimed(Address address) {
    return addresses.containsKey(address);
  }

  void network(Prefix prefix, String segment, SourceLocation at) {
    networks.add(new Network(prefix, segment, at));
    if (NOBODY.stream().anyMatch(r -> r.overlaps(prefix.range()))) {
      problems.error(
          at,
          Said.quote(prefix.toString())
              + " holds loopback, link-local, multicast or unspecified addresses, which are"
              + " nobody's");
    }
  }

  /** Reports every network that lies within another, once. */
  void checkNetworks() {
    List<Network> sorted = new ArrayList<>(networks);
    sorted.sort(Comparator.comparing(Network::prefix));
    Deque<Network> around = new ArrayDeque<>();
    for (Network next : sorted) {
      while (!around.isEmpty() && !around.peek().prefix().range().overlaps(next.prefix().range())) {
        around.pop();
      }
      if (!around.isEmpty()) {
        overlap(around.peek(), next);
      }
      around.push(next);
    }
  }

  private void overlap(Network a, Network b) {
    boolean inOrder = networks.indexOf(a) < networks.indexOf(b);
    Network first = inOrder ? a : b;
    Network second = inOrder ? b : a;
    problems.error(
        second.at(),
        "network "
            + Said.quote(second.prefix().toString())
            + " of segment "
            + Said.quote(second.segment())
            + " overlaps "
            + Said.quote(first.prefix().toString())
            + " of segment "
            + Said.quote(first.segment())
            + " at "
            + first.at());
  }
}
