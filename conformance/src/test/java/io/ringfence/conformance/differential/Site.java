package io.ringfence.conformance.differential;

import io.ringfence.model.Address;
import io.ringfence.model.Directory;
import io.ringfence.model.Family;
import io.ringfence.model.Host;
import io.ringfence.model.Prefix;
import io.ringfence.model.Router;
import io.ringfence.model.Segment;
import io.ringfence.targets.nftables.Placement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A host or router as the kernel is to play it: its interfaces, its addresses, and by which
 * interface each address is reached. Every packet that is permitted has a way out.
 */
public final class Site {
  private static final String HOST_INTERFACE = "eth0";

  private final Placement placement;
  private final Set<Address> own;
  private final Set<String> interfaces = new LinkedHashSet<>();
  private final Map<Prefix, String> facing = new LinkedHashMap<>();
  private final Map<Address, String> towards = new HashMap<>();
  private final String rest;

  private Site(Placement placement, List<Address> own, Map<String, String> faced, Directory of) {
    this.placement = placement;
    this.own = new LinkedHashSet<>(own);
    faced.forEach(
        (segment, name) -> {
          interfaces.add(name);
          Segment there = of.blueprint().segments().get(segment);
          there.networks().forEach(n -> facing.put(n, name));
        });
    this.rest = unused(faced.isEmpty() ? HOST_INTERFACE : "rest");
    interfaces.add(rest);
  }

  public static Site of(Placement placement, Directory directory) {
    return switch (placement) {
      case Placement.AtHost at -> {
        Host host = at.host();
        yield new Site(placement, host.addresses(), Map.of(), directory);
      }
      case Placement.AtRouter at -> {
        Router router = at.router();
        yield new Site(placement, router.addresses(), router.interfaces(), directory);
      }
    };
  }

  private String unused(String name) {
    String out = name;
    while (interfaces.contains(out)) {
      out += "0";
    }
    return out;
  }

  Placement placement() {
    return placement;
  }

  public boolean isHost() {
    return placement instanceof Placement.AtHost;
  }

  public List<Address> own() {
    return List.copyOf(own);
  }

  public boolean owns(Address address) {
    return own.contains(address);
  }

  /** Whether an address is the machine's, loopback included. */
  public boolean isHere(Address address) {
    boolean loopback =
        address.family() == Family.IPV4
            ? (address.bytes()[0] & 255) == 127
            : address.high() == 0 && address.low() == 1;
    return owns(address) || loopback;
  }

  /** The interfaces that face segments, and one that faces everything else. */
  public List<String> interfaces() {
    return List.copyOf(interfaces);
  }

  /** The interface that faces everything that no other does. */
  public String rest() {
    return rest;
  }

  /** The interface that an address lies behind. */
  public String towards(Address address) {
    return towards.computeIfAbsent(address, this::findTowards);
  }

  private String findTowards(Address address) {
    return facing.entrySet().stream()
        .filter(e -> e.getKey().contains(address))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(rest);
  }

  /** The networks that lie behind an interface; none where it faces everything else. */
  public List<Prefix> behind(String name) {
    return facing.entrySet().stream()
        .filter(e -> e.getValue().equals(name))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The way that packets from an address come if it is truly theirs. */
  public Way honest(Address source) {
    return owns(source) ? new Way.FromItself() : new Way.In(towards(source));
  }

  public List<Machine.Route> routes() {
    List<Machine.Route> out = new ArrayList<>();
    facing.forEach((network, name) -> out.add(new Machine.Route(network, name)));
    for (Family family : Family.values()) {
      out.add(new Machine.Route(new Prefix(Address.first(family), 0), rest));
    }
    return out;
  }

  // --- What the kernel carries at all ---

  /** Whether the kernel takes a packet as far as a filter; some addresses it refuses before. */
  boolean carries(Way way, Address source, Address destination) {
    return switch (way) {
      case Way.In in -> isSource(source) && (owns(destination) || isGoal(destination));
      // What a machine sends to itself is outside the model.
      case Way.FromItself itself -> isGoal(destination) && !owns(destination);
    };
  }

  /** What goals are, or the loopback's; not IPv4 in disguise. */
  private static boolean isSource(Address source) {
    if (source.family() == Family.IPV4) {
      return isGoal(source) || (source.bytes()[0] & 255) == 127;
    }
    return isGoal(source) && !(source.high() == 0 && source.low() >>> 32 == 0xffff);
  }

  /** Unicast that is not this host's, this network's or a link's. */
  private static boolean isGoal(Address goal) {
    if (goal.family() == Family.IPV4) {
      int first = goal.bytes()[0] & 255;
      boolean multicast = first >= 224 && first < 240;
      return first != 0 && first != 127 && !multicast && !goal.equals(Address.last(Family.IPV4));
    }
    boolean linkOrMulticast = goal.high() >>> 54 == 0xfe80 >>> 6 || goal.high() >>> 56 == 0xff;
    boolean unspecifiedOrLoopback = goal.high() == 0 && goal.low() >>> 1 == 0;
    return !linkOrMulticast && !unspecifiedOrLoopback;
  }
}
