package io.ringfence.conformance.differential;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringfence.agent.kernel.LibNftables;
import io.ringfence.agent.kernel.NetworkNamespace;
import io.ringfence.model.Address;
import io.ringfence.model.Family;
import io.ringfence.model.Prefix;
import io.ringfence.model.Protocol;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/**
 * A network namespace that plays one host or router. Each of its interfaces is a TUN device whose
 * other end is ours: what we write comes in by that interface, what the machine sends out by it we
 * read. Raw sockets hear what is delivered to the machine itself, and send as if it were its own.
 *
 * <p>The kernel carries a packet all the way within the call that injects it, so that once that
 * returns, what has not arrived never will.
 *
 * <p>The namespace has no name: it ends with this object, or with the process, however that ends.
 */
public final class Machine implements AutoCloseable {
  /** What packets of ours are marked with where the machine sends them; its own answers are not. */
  private static final int OURS = 0x5246;

  private static final String OBSERVER = "observer";
  private static final int PACKET_BYTES_MAX = 2048;
  private static final long POLL_BYTES = 8;
  private static final short READABLE = 1;
  private static final int LOCAL_TRIES_MAX = 10_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SystemCalls calls = new SystemCalls();
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment outgoing = arena.allocate(PACKET_BYTES_MAX, 8);
  private final MemorySegment incoming = arena.allocate(PACKET_BYTES_MAX, 8);
  private final MemorySegment peer = arena.allocate(28, 4);
  private final MemorySegment polled;
  private final NetworkNamespace namespace;
  private final Map<String, Integer> devices = new LinkedHashMap<>();
  private final List<String> names = new ArrayList<>();
  private final Map<Protocol, Integer> sockets4 = new HashMap<>();
  private final Map<Protocol, Integer> sockets6 = new HashMap<>();
  private final Map<Long, Integer> raw4 = new HashMap<>();
  private final Map<Long, Integer> raw6 = new HashMap<>();

  /** Where a packet came out. */
  public record Arrival(String at, byte[] packet) {}

  /** Where the packets for a prefix go. */
  public record Route(Prefix to, String device) {}

  /** Where a packet that was delivered to the machine itself is said to have arrived. */
  static final String ITSELF = "the machine itself";

  public Machine(List<String> interfaces, List<Address> own, List<Route> routes) throws Exception {
    namespace = newNamespace();
    polled = arena.allocate(POLL_BYTES * interfaces.size(), 8);
    namespace.call(
        () -> {
          configureNew();
          for (String name : interfaces) {
            addDevice(name);
          }
          ip(commands(interfaces, own, routes));
          awaitLocal(own);
          return null;
        });
    nft(observer());
    departures(); // what it said on its interfaces before it was silenced
  }

  private static NetworkNamespace newNamespace() throws Exception {
    // A thread of its own, since it stays in the namespace that it makes; threads are born where
    // their creator is.
    FutureTask<NetworkNamespace> task =
        new FutureTask<>(
            () -> {
              new SystemCalls().unshareNetwork();
              return NetworkNamespace.current();
            });
    Thread.ofPlatform().daemon().start(task);
    return task.get();
  }

  /** Settings that devices made later begin with: the machine says and refuses nothing itself. */
  private static void configureNew() throws IOException {
    set("ipv4/ip_forward", 1);
    set("ipv6/conf/all/forwarding", 1);
    set("ipv6/conf/default/accept_dad", 0);
    set("ipv6/conf/default/addr_gen_mode", 1);
    set("ipv6/conf/default/accept_ra", 0);
    for (String of : List.of("all", "default")) {
      set("ipv4/conf/" + of + "/rp_filter", 0);
      set("ipv4/conf/" + of + "/accept_local", 1);
      set("ipv4/conf/" + of + "/route_localnet", 1);
      set("ipv4/conf/" + of + "/send_redirects", 0);
      set("ipv4/conf/" + of + "/log_martians", 0);
    }
    set("ipv4/icmp_echo_ignore_all", 1);
  }

  /** The kernel takes an IPv6 address for its own some time after it was added. */
  private static void awaitLocal(List<Address> own) throws Exception {
    List<String> wanted =
        own.stream()
            .filter(a -> a.family() == Family.IPV6)
            .map(a -> "%016x%016x 80 ".formatted(a.high(), a.low()))
            .toList();
    for (int tries = 0; tries < LOCAL_TRIES_MAX; tries++) {
      String routes = Files.readString(Path.of("/proc/thread-self/net/ipv6_route"));
      List<String> local = routes.lines().filter(l -> l.contains(" 80200001 ")).toList();
      if (wanted.stream().allMatch(w -> local.stream().anyMatch(l -> l.startsWith(w)))) {
        return;
      }
      Thread.sleep(1);
    }
    throw new IOException("the kernel does not take " + own + " for its own");
  }

  private static void set(String name, int value) throws IOException {
    Files.writeString(Path.of("/proc/sys/net", name), Integer.toString(value));
  }

  private void addDevice(String name) throws IOException {
    int device = calls.open("/dev/net/tun", SystemCalls.READ_WRITE_NONBLOCK);
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment request = scratch.allocate(40, 8); // struct ifreq
      request.setString(0, name);
      request.set(JAVA_SHORT, 16, SystemCalls.TUN_WITHOUT_HEADER);
      calls.control(device, SystemCalls.TUNSETIFF, request);
    }
    polled.set(JAVA_INT, POLL_BYTES * names.size(), device);
    polled.set(JAVA_SHORT, POLL_BYTES * names.size() + 4, READABLE);
    names.add(name);
    devices.put(name, device);
  }

  private static List<String> commands(
      List<String> interfaces, List<Address> own, List<Route> routes) {
    List<String> out = new ArrayList<>(List.of("link set lo up"));
    interfaces.forEach(i -> out.add("link set dev " + i + " up"));
    for (Address address : own) {
      String nodad = address.family() == Family.IPV6 ? " nodad" : "";
      out.add("addr add " + address + " dev " + interfaces.getFirst() + nodad);
    }
    routes.forEach(r -> out.add("route replace " + r.to() + " dev " + r.device()));
    return out;
  }

  private static void ip(List<String> commands) throws IOException {
    Process process = new ProcessBuilder("ip", "-batch", "-").redirectErrorStream(true).start();
    try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
      in.write(String.join("\n", commands) + "\n");
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException("ip: " + output);
    }
  }

  private int rawSocket(Family family, long user) throws Exception {
    Map<Long, Integer> sockets = family == Family.IPV4 ? raw4 : raw6;
    Integer known = sockets.get(user);
    if (known == null) {
      int domain = family == Family.IPV4 ? SystemCalls.AF_INET : SystemCalls.AF_INET6;
      known = namespace.call(() -> rawSocket(domain, user));
      sockets.put(user, known);
    }
    return known;
  }

  private int rawSocket(int family, long user) throws IOException {
    int socket = calls.socket(family, SystemCalls.SOCK_RAW_NONBLOCK, 255, user);
    calls.option(socket, SystemCalls.SOL_SOCKET, SystemCalls.SO_MARK, OURS);
    return socket;
  }

  /**
   * Counts what comes to each hook before the ruleset does, and has connections tracked whatever
   * the ruleset is. What the machine says of its own accord ends before that, so that it changes
   * nothing.
   */
  private static String observer() {
    return """
    table inet %s {
      counter input { }
      counter output { }
      counter forward { }
      counter local { }
      chain input { type filter hook input priority -1; iifname != "lo" counter name input; }
      chain output { type filter hook output priority -1; oifname != "lo" counter name output; oifname "lo" counter name local; }
      chain forward { type filter hook forward priority -1; counter name forward; }
      chain tracking { type filter hook prerouting priority 300; ct state new counter; }
      chain silence { type filter hook output priority -450; meta mark != %d drop; }
    }
    """
        .formatted(OBSERVER, OURS);
  }

  public <T> T call(Callable<T> task) throws Exception {
    return namespace.call(task);
  }

  /** Runs a command of nft's own syntax or of libnftables' JSON. */
  public String nft(String command) throws Exception {
    return namespace.call(
        () -> {
          try (LibNftables nftables = LibNftables.open(LibNftables.Output.JSON)) {
            return nftables.run(command);
          }
        });
  }

  /** Sends further packets for a prefix by another device. */
  public void route(Route route) throws Exception {
    namespace.call(
        () -> {
          ip(List.of("route replace " + route.to() + " dev " + route.device()));
          return null;
        });
  }

  /** How many packets came to each hook, by its name. */
  Map<String, Long> counts() throws Exception {
    JsonNode listing = JSON.readTree(nft("list counters table inet " + OBSERVER));
    Map<String, Long> out = new LinkedHashMap<>();
    for (JsonNode item : listing.path("nftables")) {
      JsonNode counter = item.path("counter");
      if (!counter.isMissingNode()) {
        out.put(counter.path("name").asText(), counter.path("packets").asLong());
      }
    }
    return out;
  }

  // --- Packets ---

  /** A packet comes in by an interface. */
  public void enters(String name, byte[] packet) throws IOException {
    MemorySegment.copy(packet, 0, outgoing, JAVA_BYTE, 0, packet.length);
    calls.write(devices.get(name), outgoing, packet.length);
  }

  /** The machine sends a packet itself, by the way its destination is routed. */
  public void sends(byte[] packet, Address destination) throws Exception {
    sends(packet, destination, 0);
  }

  /** A process of a user sends a packet. */
  public void sends(byte[] packet, Address destination, long user) throws Exception {
    boolean v4 = destination.family() == Family.IPV4;
    MemorySegment.copy(packet, 0, outgoing, JAVA_BYTE, 0, packet.length);
    peer.fill((byte) 0);
    peer.set(JAVA_SHORT, 0, (short) (v4 ? SystemCalls.AF_INET : SystemCalls.AF_INET6));
    byte[] bytes = destination.bytes();
    MemorySegment.copy(bytes, 0, peer, JAVA_BYTE, v4 ? 4 : 8, bytes.length);
    calls.send(
        rawSocket(destination.family(), user),
        outgoing,
        packet.length,
        peer.asSlice(0, v4 ? 16 : 28));
  }

  /** Everything that has come out by the interfaces since the last time. */
  public List<Arrival> departures() throws IOException {
    List<Arrival> out = new ArrayList<>(1);
    if (calls.poll(polled, names.size()) > 0) {
      for (int i = 0; i < names.size(); i++) {
        if (polled.get(JAVA_SHORT, POLL_BYTES * i + 6) != 0) {
          drain(polled.get(JAVA_INT, POLL_BYTES * i), names.get(i), out);
        }
      }
    }
    return out;
  }

  /** Everything of a protocol that has been delivered to the machine itself since the last time. */
  public List<Arrival> deliveries(Family family, Protocol protocol) throws Exception {
    List<Arrival> out = new ArrayList<>(1);
    drain(listener(family, protocol), ITSELF, out);
    return out;
  }

  /** Listens for a protocol that will be delivered; what came before is not heard. */
  public int listener(Family family, Protocol protocol) throws Exception {
    Map<Protocol, Integer> sockets = family == Family.IPV4 ? sockets4 : sockets6;
    Integer known = sockets.get(protocol);
    if (known == null) {
      int domain = family == Family.IPV4 ? SystemCalls.AF_INET : SystemCalls.AF_INET6;
      known =
          namespace.call(
              () -> calls.socket(domain, SystemCalls.SOCK_RAW_NONBLOCK, protocol.number()));
      sockets.put(protocol, known);
    }
    return known;
  }

  private void drain(int descriptor, String at, List<Arrival> out) throws IOException {
    for (int count = calls.read(descriptor, incoming);
        count >= 0;
        count = calls.read(descriptor, incoming)) {
      byte[] packet = new byte[count];
      MemorySegment.copy(incoming, JAVA_BYTE, 0, packet, 0, count);
      out.add(new Arrival(at, packet));
    }
  }

  /** The cookie that a packet ends with. */
  public static long cookie(byte[] packet) {
    return packet.length < Datagram.COOKIE_BYTES
        ? -1
        : MemorySegment.ofArray(packet)
            .get(
                JAVA_LONG.withByteAlignment(1).withOrder(ByteOrder.BIG_ENDIAN),
                packet.length - Datagram.COOKIE_BYTES);
  }

  @Override
  public void close() throws Exception {
    for (int device : devices.values()) {
      calls.close(device);
    }
    for (int socket : sockets4.values()) {
      calls.close(socket);
    }
    for (int socket : sockets6.values()) {
      calls.close(socket);
    }
    for (int socket : raw4.values()) {
      calls.close(socket);
    }
    for (int socket : raw6.values()) {
      calls.close(socket);
    }
    namespace.close();
  }
}
