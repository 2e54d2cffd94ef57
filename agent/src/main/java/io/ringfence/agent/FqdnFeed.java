package io.ringfence.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.agent.kernel.LoggedPacket;
import io.ringfence.agent.kernel.NetworkNamespace;
import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Fills the sets of names from the answers that the resolvers give, as the answers pass by.
 *
 * <p>INVARIANT (no rebinding): only addresses of {@code internet} go into a set, and only for as
 * long as the answer's TTL says.
 */
public final class FqdnFeed {
  /** Shorter TTLs are kept this long, so that a connection can be opened at all. */
  public static final long TTL_MIN_SECONDS = 5;

  /** Longer TTLs are cut (RFC 8767 allows a week). */
  public static final long TTL_MAX_SECONDS = 7 * 24 * 3600;

  /** An answer with more addresses than this is cut. */
  public static final int ADDRESSES_MAX = 64;

  private static final Duration ANSWER_WITHIN = Duration.ofMillis(300);
  private static final int ANSWER_MAX = 4096;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Map<Family, String>> sets;
  private final AddressSet resolvers;
  private final AddressSet internet;

  /** Reads the desired state once: to say what sets it has, it may have to be compiled. */
  public FqdnFeed(DesiredState desired) {
    this.sets = desired.fqdnSets();
    this.resolvers = desired.resolvers();
    this.internet = desired.internet();
  }

  /** One address that a name now has. */
  public record Entry(String set, Address address, long ttlSeconds) {}

  /** What a logged packet adds: nothing unless it is a resolver's answer to a name of ours. */
  public List<Entry> entries(LoggedPacket packet) {
    Address resolver = Address.of(packet.source().getAddress());
    if (!resolvers.contains(resolver) || packet.sourcePort().orElse(0) != 53) {
      return List.of();
    }
    byte[] payload = new byte[packet.payload().remaining()];
    packet.payload().duplicate().get(payload);
    return message(payload).map(this::entries).orElse(List.of());
  }

  private static Optional<Message> message(byte[] payload) {
    int start = payload.length > 0 && payload[0] >> 4 == 4 ? (payload[0] & 15) * 4 : 40;
    if (payload.length < start + 8) {
      return Optional.empty();
    }
    byte[] dns = Arrays.copyOfRange(payload, start + 8, payload.length);
    try {
      return Optional.of(new Message(dns));
    } catch (IOException e) {
      return Optional.empty(); // cut off or no DNS: it adds nothing
    }
  }

  List<Entry> entries(Message answer) {
    boolean fit =
        answer.getHeader().getFlag(Flags.QR)
            && !answer.getHeader().getFlag(Flags.TC)
            && answer.getQuestion() != null;
    if (!fit) {
      return List.of();
    }
    String asked = text(answer.getQuestion().getName());
    Map<Family, String> own = sets.getOrDefault(asked, Map.of());
    Set<Name> names = new HashSet<>(Set.of(answer.getQuestion().getName()));
    long ttl = TTL_MAX_SECONDS;
    List<Entry> out = new ArrayList<>();
    for (Record record : answer.getSection(Section.ANSWER)) {
      if (!names.contains(record.getName()) || out.size() == ADDRESSES_MAX) {
        continue;
      }
      ttl = Math.min(ttl, record.getTTL());
      if (record instanceof CNAMERecord alias) {
        names.add(alias.getTarget());
      }
      long seconds = Math.max(ttl, TTL_MIN_SECONDS);
      address(record)
          .filter(internet::contains)
          .filter(a -> own.containsKey(a.family()))
          .ifPresent(a -> out.add(new Entry(own.get(a.family()), a, seconds)));
    }
    return out;
  }

  private static Optional<Address> address(Record record) {
    return switch (record) {
      case ARecord a -> Optional.of(Address.of(a.getAddress().getAddress()));
      case AAAARecord a -> Optional.of(Address.of(a.getAddress().getAddress()));
      default -> Optional.empty();
    };
  }

  private static String text(Name name) {
    return name.toString(true).toLowerCase(Locale.ROOT);
  }

  /** The transaction that puts entries into their sets. */
  static String transaction(List<Entry> entries) {
    ObjectNode root = JSON.createObjectNode();
    additions(entries).forEach(root.putArray("nftables")::add);
    return root.toString();
  }

  /**
   * The commands that put entries into their sets, renewing those that are there: on some kernels
   * adding an element that exists leaves its time as it was, so it is taken out and put in again.
   */
  static List<JsonNode> additions(List<Entry> entries) {
    Map<String, Map<Address, Long>> bySet = new TreeMap<>();
    for (Entry entry : entries) {
      bySet
          .computeIfAbsent(entry.set(), s -> new TreeMap<>())
          .merge(entry.address(), entry.ttlSeconds(), Math::max);
    }
    List<JsonNode> out = new ArrayList<>();
    bySet.forEach(
        (set, addresses) -> {
          out.add(command("add", set, addresses));
          out.add(command("delete", set, addresses));
          out.add(command("add", set, addresses));
        });
    return out;
  }

  private static JsonNode command(String verb, String set, Map<Address, Long> addresses) {
    ObjectNode root = JSON.createObjectNode();
    ObjectNode element = root.putObject(verb).putObject("element");
    element.put("family", "inet").put("table", KernelTable.NAME).put("name", set);
    ArrayNode values = element.putArray("elem");
    addresses.forEach(
        (address, ttl) -> {
          if (verb.equals("delete")) {
            values.add(address.toString());
          } else {
            values.addObject().putObject("elem").put("val", address.toString()).put("timeout", ttl);
          }
        });
    return root;
  }

  /** Asks the resolvers for every name, before a first table is loaded. */
  List<Entry> ask(NetworkNamespace namespace) {
    List<Entry> out = new ArrayList<>();
    if (!sets.isEmpty()) {
      for (AddressRange range : resolvers.ranges()) {
        for (String name : sets.keySet()) {
          out.addAll(ask(namespace, range.first(), name, Type.A));
          out.addAll(ask(namespace, range.first(), name, Type.AAAA));
        }
      }
    }
    return out;
  }

  /** A resolver that does not answer in time adds nothing: the sets fill as answers pass by. */
  private List<Entry> ask(NetworkNamespace namespace, Address resolver, String name, int type) {
    try {
      return namespace.call(
          () -> {
            Record question = Record.newRecord(Name.fromString(name + "."), type, DClass.IN);
            Message query = Message.newQuery(question);
            try (DatagramSocket socket = new DatagramSocket()) {
              socket.setSoTimeout((int) ANSWER_WITHIN.toMillis());
              socket.connect(InetAddress.getByAddress(resolver.bytes()), 53);
              byte[] wire = query.toWire();
              socket.send(new DatagramPacket(wire, wire.length));
              DatagramPacket answer = new DatagramPacket(new byte[ANSWER_MAX], ANSWER_MAX);
              socket.receive(answer);
              Message message = new Message(Arrays.copyOf(answer.getData(), answer.getLength()));
              boolean ours = message.getHeader().getID() == query.getHeader().getID();
              return ours ? entries(message) : List.<Entry>of();
            }
          });
    } catch (Exception e) {
      return List.of();
    }
  }
}
