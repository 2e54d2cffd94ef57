package io.ringfence.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Makes a plan's namespaces, and checks that nothing leads out of them. */
final class LabBuilder {
  /** Devices that the kernel itself puts into a new namespace, down and leading nowhere. */
  private static final Set<String> FALLBACK_TUNNELS =
      Set.of(
          "sit0",
          "tunl0",
          "ip6tnl0",
          "gre0",
          "gretap0",
          "erspan0",
          "ip6gre0",
          "ip_vti0",
          "ip6_vti0");

  private static final Map<String, String> EVERYWHERE = everywhere();
  private static final Map<String, String> ROUTERS =
      Map.of("ipv4/ip_forward", "1", "ipv6/conf/all/forwarding", "1");

  private final LabPlan plan;
  private final Namespaces namespaces;
  private final Progress progress;

  LabBuilder(LabPlan plan, Namespaces namespaces, Progress progress) {
    this.plan = plan;
    this.namespaces = namespaces;
    this.progress = progress;
  }

  /** No filter of the kernel's own, so that it is the artifacts that decide. */
  private static Map<String, String> everywhere() {
    Map<String, String> out = new LinkedHashMap<>();
    for (String scope : List.of("all", "default")) {
      out.put("ipv4/conf/" + scope + "/rp_filter", "0");
      out.put("ipv4/conf/" + scope + "/send_redirects", "0");
      out.put("ipv4/conf/" + scope + "/accept_redirects", "0");
      out.put("ipv6/conf/" + scope + "/accept_redirects", "0");
      out.put("ipv6/conf/" + scope + "/disable_ipv6", "0");
      out.put("ipv6/conf/" + scope + "/accept_ra", "0");
      // Addresses count at once, not after a second of asking whether somebody else has them.
      out.put("ipv6/conf/" + scope + "/accept_dad", "0");
      out.put("ipv6/conf/" + scope + "/dad_transmits", "0");
    }
    // A refusal must come back however many there are, or it would count as blocked.
    out.put("ipv4/icmp_ratelimit", "0");
    out.put("ipv4/icmp_msgs_per_sec", "1000000");
    out.put("ipv4/icmp_msgs_burst", "1000000");
    out.put("ipv6/icmp/ratelimit", "0");
    out.put("bridge/bridge-nf-call-iptables", "0");
    out.put("bridge/bridge-nf-call-ip6tables", "0");
    return out;
  }

  void build() {
    List<LabNode> nodes = plan.nodes();
    IpBatch.run(nodes.stream().map(n -> "netns add " + n.namespace()).toList());
    int steps = 3 * nodes.size();
    int done = 0;
    for (LabNode node : nodes) {
      namespaces.call(node.namespace(), () -> settle(node));
      progress.at("building", ++done, steps);
    }
    for (LabNode node : nodes) {
      IpBatch.runIn(node.namespace(), node.cabling());
      progress.at("building", ++done, steps);
    }
    for (LabNode node : nodes) {
      IpBatch.runIn(node.namespace(), node.routing());
      progress.at("building", ++done, steps);
    }
    checkSealed();
  }

  private static Void settle(LabNode node) throws IOException {
    Map<String, String> settings = new LinkedHashMap<>(EVERYWHERE);
    if (node.forwards()) {
      settings.putAll(ROUTERS);
    }
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      Namespaces.set(setting.getKey(), setting.getValue());
    }
    return null;
  }

  /**
   * INVARIANT (sealed): every interface in the lab is one that the plan put there, each of those
   * ends in the lab, and the machine's own namespace knows no link to any of them.
   */
  void checkSealed() {
    for (LabNode node : plan.nodes()) {
      Set<String> more = new TreeSet<>(namespaces.call(node.namespace(), LabBuilder::devices));
      more.removeAll(node.devices());
      more.removeAll(FALLBACK_TUNNELS);
      if (!more.isEmpty()) {
        throw new LabUnavailable(
            "namespace `" + node.namespace() + "` has interfaces that are not the lab's: " + more);
      }
    }
    Set<String> own = plan.nodes().stream().map(LabNode::namespace).collect(Collectors.toSet());
    IpBatch.run("ip", "netns", "list-id")
        .lines()
        .filter(line -> own.stream().anyMatch(n -> line.contains("name: " + n + ")")))
        .findFirst()
        .ifPresent(
            line -> {
              throw new LabUnavailable("the machine's own network is linked to the lab: " + line);
            });
  }

  private static List<String> devices() throws IOException {
    List<String> out = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/thread-self/net/dev"))) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        out.add(line.substring(0, colon).strip());
      }
    }
    return out;
  }
}
