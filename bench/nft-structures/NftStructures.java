import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Measures what a packet pays in the forward hook for each way of writing an access policy in
 * nftables, and how long each takes to load.
 *
 * <p>The source namespace writes prebuilt UDP frames straight to its veth. All the work, through
 * the router's forward hook to the sink that drops them, happens in the sending thread, so its CPU
 * time divided by the frames is the cost of a packet, and the difference to a ruleset without the
 * lookup is the cost of the lookup: loading the key, finding the element, going to the rule's chain
 * and counting there. A run takes turns between the two rulesets; the median of the runs is given.
 *
 * <p>Each size is measured twice: with packets to all elements at random, so that large structures
 * miss the processor's caches, and with packets to {@value #HOT} of them only.
 *
 * <p>{@code java --enable-native-access=ALL-UNNAMED NftStructures.java [--sizes 10,1000] [--runs 7]
 * [--only 'NAME;...']} with a JDK 25, as root, with {@code nft}, {@code ip} and {@code conntrack}
 * installed. Namespaces {@code rfbench-*} are made and removed.
 */
public final class NftStructures {
  private static final int HOT = 256;

  public static void main(String[] arguments) throws Throwable {
    var options = List.of(arguments);
    int[] sizes =
        Arrays.stream(option(options, "--sizes", "10,1000,10000,100000").split(","))
            .mapToInt(Integer::parseInt)
            .toArray();
    int runs = Integer.parseInt(option(options, "--runs", "7"));
    List<String> only = List.of(option(options, "--only", "").split(";"));
    Router.tearDown();
    Runtime.getRuntime().addShutdownHook(new Thread(Router::tearDown));
    Router.setUp();
    var sender = new Sender(Router.SOURCE, Router.SOURCE_DEVICE);
    System.out.println(
        """
        | structure | elements | lookup ns | lookup ns, hot | base ns | load text s | load json s |
        |---|---|---|---|---|---|---|\
        """);
    for (Structure structure : Rulesets.all()) {
      if (only.equals(List.of("")) || only.contains(structure.name())) {
        Arrays.stream(sizes)
            .filter(size -> size <= structure.sizeMax())
            .mapToObj(size -> row(structure, size, runs, sender))
            .forEach(System.out::print);
      }
    }
  }

  private static String row(Structure structure, int size, int runs, Sender sender) {
    String ruleset = structure.ruleset().apply(size);
    double text = Router.load(ruleset);
    double json = Router.reloadAsJson();
    double[] all = costs(structure, ruleset, size, size, runs, sender);
    double[] hot = costs(structure, ruleset, size, Math.min(size, HOT), runs, sender);
    return String.format(
        Locale.ROOT,
        "| %s | %d | %.0f | %.0f | %.0f | %.2f | %.2f |%n",
        structure.name(),
        size,
        all[1] - all[0],
        hot[1] - hot[0],
        all[0],
        text,
        json);
  }

  /** Nanoseconds a packet costs without the lookup and with it. */
  private static double[] costs(
      Structure structure, String ruleset, int size, int used, int runs, Sender sender) {
    sender.prepare(structure.traffic(), new Random(size), size, used);
    double[] without = new double[runs];
    double[] with = new double[runs];
    for (int run = 0; run < runs; run++) {
      without[run] = cost(structure, structure.base(), sender);
      with[run] = cost(structure, ruleset, sender);
    }
    Router.requireHits(structure.name(), Sender.FRAMES);
    return new double[] {median(without), median(with)};
  }

  private static double cost(Structure structure, String ruleset, Sender sender) {
    Router.load(ruleset);
    return switch (structure.connections()) {
      case UNTRACKED -> sender.nanosPerFrame();
      case NEW -> {
        Router.forgetConnections();
        yield sender.nanosPerFrame();
      }
      case TRACKED -> {
        Router.forgetConnections();
        sender.nanosPerFrame();
        yield sender.nanosPerFrame();
      }
    };
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static String option(List<String> options, String name, String otherwise) {
    int at = options.indexOf(name);
    return at < 0 ? otherwise : options.get(at + 1);
  }
}
