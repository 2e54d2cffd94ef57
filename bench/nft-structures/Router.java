import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The namespaces source - router - sink, and the ruleset that is loaded in the router. */
final class Router {
  static final String SOURCE = "rfbench-src";
  static final String SOURCE_DEVICE = "s0";
  private static final String ROUTER = "rfbench-rtr";
  private static final String SINK = "rfbench-snk";
  private static final Pattern COUNTER =
      Pattern.compile("^\\s+.*counter packets (\\d+) bytes \\d+(?! :).*$", Pattern.MULTILINE);

  private Router() {}

  static void setUp() {
    for (String name : List.of(SOURCE, ROUTER, SINK)) {
      run("ip netns add " + name);
    }
    run("ip link add s0 netns " + SOURCE + " type veth peer name r0 netns " + ROUTER);
    run("ip link add k0 netns " + SINK + " type veth peer name r1 netns " + ROUTER);
    run("ip -n " + ROUTER + " link set r0 address 02:00:00:00:00:01 up");
    run("ip -n " + SINK + " link set k0 address 02:00:00:00:00:02 up");
    run("ip -n " + SOURCE + " link set s0 up");
    run("ip -n " + ROUTER + " link set r1 up");
    run("ip -n " + ROUTER + " addr add 192.168.0.1/24 dev r0");
    run("ip -n " + ROUTER + " addr add 192.168.1.1/24 dev r1");
    run("ip -n " + ROUTER + " neigh add 192.168.1.2 lladdr 02:00:00:00:00:02 dev r1");
    run("ip -n " + ROUTER + " route add default via 192.168.1.2");
    for (String setting : List.of("ip_forward=1", "conf.all.rp_filter=0", "conf.r0.rp_filter=0")) {
      run(in(ROUTER) + "sysctl -qw net.ipv4." + setting);
    }
    load(
        SINK,
        "table netdev x {\n"
            + "chain c {\n"
            + "type filter hook ingress device k0 priority 0; policy drop;\n"
            + "}\n"
            + "}\n",
        "nft -f ");
  }

  static void tearDown() {
    for (String name : List.of(SOURCE, ROUTER, SINK)) {
      if (Files.exists(Path.of("/run/netns", name))) {
        run("ip netns del " + name);
      }
    }
  }

  /** Replaces the ruleset and says how many seconds that took. */
  static double load(String ruleset) {
    return load(ROUTER, ruleset, "nft -f ");
  }

  /**
   * Loads what nft lists, in JSON, and says how many seconds that took. The listing puts maps
   * before the chains that their elements go to, which does not load: chains have to come first.
   */
  static double reloadAsJson() {
    List<String> objects = objects(run(in(ROUTER) + "nft -j list ruleset"));
    List<String> commands = new ArrayList<>();
    for (String kind : List.of("table", "chain", "map", "rule")) {
      objects.stream()
          .filter(object -> object.startsWith("{\"" + kind + "\""))
          .forEach(object -> commands.add("{\"add\":" + object + "}"));
    }
    return load(ROUTER, "{\"nftables\":[" + String.join(",", commands) + "]}", "nft -j -f ");
  }

  /** The members of the listing's one array; no string in these rulesets holds a brace. */
  private static List<String> objects(String listing) {
    List<String> objects = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int at = listing.indexOf('['); at < listing.length(); at++) {
      if (listing.charAt(at) == '{' && depth++ == 0) {
        start = at;
      } else if (listing.charAt(at) == '}' && --depth == 0) {
        objects.add(listing.substring(start, at + 1));
      }
    }
    return objects;
  }

  private static double load(String namespace, String text, String command) {
    try {
      Path file = Files.createTempFile("nft-structures", ".nft");
      try {
        Files.writeString(file, text);
        run(in(namespace) + "nft flush ruleset");
        long start = System.nanoTime();
        run(in(namespace) + command + file);
        return (System.nanoTime() - start) / 1e9;
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void forgetConnections() {
    run(in(ROUTER) + "conntrack -F");
  }

  /** A measurement counts only if the packets took the way that it is to measure. */
  static void requireHits(String name, long sent) {
    long hits =
        COUNTER
            .matcher(run(in(ROUTER) + "nft list ruleset"))
            .results()
            .mapToLong(match -> Long.parseLong(match.group(1)))
            .sum();
    if (hits < sent) {
      throw new IllegalStateException(name + ": " + hits + " of " + sent + " packets hit a rule");
    }
  }

  private static String in(String namespace) {
    return "ip netns exec " + namespace + " ";
  }

  private static String run(String command) {
    try {
      Process process = new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.onExit().join().exitValue() != 0) {
        throw new IllegalStateException(command + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
