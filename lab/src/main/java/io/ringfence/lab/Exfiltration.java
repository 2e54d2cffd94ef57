package io.ringfence.lab;

import io.ringfence.lab.AttackReport.Channel;
import io.ringfence.lab.AttackReport.Leak;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Family;
import io.ringfence.model.Protocol;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Tries to carry data out of a workload by every channel that there is. */
final class Exfiltration {
  private static final Duration TIMEOUT = Duration.ofMillis(400);
  private static final int[] TCP_PORTS = {22, 80, 443};
  private static final int SECRET_BYTES = 12;

  private final LabPlan plan;
  private final Calls calls;
  private final Path folder;
  private final LabGuard guard;
  private final DeclaredPorts declared;
  private final SecureRandom random = new SecureRandom();
  private int attempts;

  /** A call that carries a secret out. */
  private record Attempt(Leak leak, Call call, String secret) {}

  Exfiltration(LabPlan plan, Calls calls, Path folder) {
    this.plan = plan;
    this.calls = calls;
    this.folder = folder;
    this.guard = new LabGuard(plan);
    this.declared = DeclaredPorts.of(plan.directory());
  }

  int attempts() {
    return attempts;
  }

  List<Leak> from(String workload, List<LabNode> nodes) {
    Map<Call, Attempt> byCall = new LinkedHashMap<>();
    Map<LabNode, List<Call>> byNode = new LinkedHashMap<>();
    for (LabNode node : nodes) {
      List<Call> own = new ArrayList<>();
      for (Attempt attempt : attempts(workload, node)) {
        byCall.put(attempt.call(), attempt);
        own.add(attempt.call());
      }
      byNode.put(node, own);
    }
    attempts += byCall.size();
    List<Call.Answer> answers = calls.dialAll(byNode, TIMEOUT, Progress.NONE);
    Set<String> asked = new HashSet<>(AskedLog.read(folder));
    Set<Leak> leaks = new LinkedHashSet<>();
    for (Call.Answer answer : answers) {
      Attempt attempt = byCall.get(answer.call());
      if (arrived(attempt, answer, asked)) {
        leaks.add(attempt.leak());
      }
    }
    return leaks.stream().sorted(Comparator.comparing(Leak::text)).toList();
  }

  /** TCP and UDP data came back; a name arrived at the server that the intruder owns. */
  private static boolean arrived(Attempt attempt, Call.Answer answer, Set<String> asked) {
    return switch (attempt.leak().channel()) {
      case TCP, UDP ->
          new String(answer.heard(), StandardCharsets.ISO_8859_1).contains(attempt.secret());
      case ICMP -> answer.outcome() == Outcome.ANSWERED;
      case DNS, RESOLVER -> asked.contains(name(attempt.secret()));
    };
  }

  private static String name(String secret) {
    return secret + ".leak.example";
  }

  private List<Attempt> attempts(String workload, LabNode node) {
    List<Attempt> out = new ArrayList<>();
    for (Address source : node.addresses()) {
      plan.node(Blueprint.INTERNET).orElseThrow().addresses().stream()
          .filter(a -> a.family() == source.family())
          .forEach(a -> addDirect(workload, source, a, out));
      plan.resolvers().stream()
          .filter(a -> a.family() == source.family() && !node.addresses().contains(a))
          .forEach(a -> out.add(question(workload, source, a, Channel.RESOLVER)));
    }
    return out;
  }

  private void addDirect(String workload, Address source, Address to, List<Attempt> attempts) {
    IntStream.concat(IntStream.of(TCP_PORTS), DeclaredPorts.each(declared.at(to), Protocol.TCP))
        .filter(p -> p != 53)
        .distinct()
        .forEach(p -> attempts.add(data(workload, source, to, Protocol.TCP, p)));
    DeclaredPorts.each(declared.at(to), Protocol.UDP)
        .filter(p -> p != 53)
        .forEach(p -> attempts.add(data(workload, source, to, Protocol.UDP, p)));
    attempts.add(question(workload, source, to, Channel.DNS));
    attempts.add(echo(workload, source, to));
  }

  private String secret() {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private Attempt data(String from, Address source, Address to, Protocol protocol, int port) {
    String secret = secret();
    Channel channel = protocol.equals(Protocol.TCP) ? Channel.TCP : Channel.UDP;
    byte[] message = (secret + "\n").getBytes(StandardCharsets.US_ASCII);
    Call call = Call.converse(source, guard.admit(to), protocol, port, message);
    return new Attempt(new Leak(from, channel, to, port), call, secret);
  }

  private Attempt question(String from, Address source, Address server, Channel channel) {
    String secret = secret();
    byte[] message = DnsQuestion.text(name(secret));
    Call call = Call.say(source, guard.admit(server), Protocol.UDP, 53, message);
    return new Attempt(new Leak(from, channel, server, 53), call, secret);
  }

  private Attempt echo(String from, Address source, Address to) {
    boolean ipv4 = source.family() == Family.IPV4;
    Protocol protocol = ipv4 ? Protocol.ICMP : Protocol.ICMPV6;
    int type = ipv4 ? Packets.ECHO_REQUEST : Packets.ECHO_REQUEST_6;
    Call call = Call.knock(source, guard.admit(to), protocol, type << 8);
    return new Attempt(new Leak(from, Channel.ICMP, to, 0), call, "");
  }
}
