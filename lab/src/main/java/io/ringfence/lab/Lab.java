package io.ringfence.lab;

import io.ringfence.agent.kernel.NetworkNamespace;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Flow;
import io.ringfence.model.Verdict;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A blueprint's deployment from network namespaces: one per host, one per router, one for the
 * internet, listeners on every declared port, and resolvers. A gateway's listeners say who they are
 * and pass nothing on, unless a real one is put there.
 *
 * <p>Several labs live side by side, told apart by {@link LabOptions#id}.
 */
public final class Lab implements AutoCloseable {
  private static final int CAP_NET_ADMIN = 12;
  private static final int CAP_SYS_ADMIN = 21;

  private final LabPlan plan;
  private final LabOptions options;
  private final Namespaces namespaces;
  private final Optional<ListenerLoop> listeners;
  private final Thread lastWill = Thread.ofPlatform().unstarted(this::takeDown);
  private boolean closed;

  private Lab(
      LabPlan plan, LabOptions options, Namespaces namespaces, Optional<ListenerLoop> listeners) {
    this.plan = plan;
    this.options = options;
    this.namespaces = namespaces;
    this.listeners = listeners;
  }

  /** Why no lab can be built here, in a line for the operator; empty when one can. */
  public static Optional<String> unavailable() {
    if (!mayMakeNamespaces()) {
      return Optional.of("a lab needs root, to make network namespaces");
    }
    boolean hasIp =
        List.of("/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip").stream()
            .anyMatch(p -> Files.isExecutable(Path.of(p)));
    return hasIp
        ? Optional.empty()
        : Optional.of("a lab needs iproute2: install the package `iproute2`");
  }

  private static boolean mayMakeNamespaces() {
    try (var status = Files.lines(Path.of("/proc/self/status"))) {
      return status
          .filter(line -> line.startsWith("CapEff:"))
          .map(line -> new BigInteger(line.substring(7).strip(), 16))
          .anyMatch(c -> c.testBit(CAP_NET_ADMIN) && c.testBit(CAP_SYS_ADMIN));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Builds a lab whose listeners live in this process; {@link #close} takes it down. What a killed
   * run left of the same lab is removed first.
   *
   * @throws LabUnavailable when it cannot be built; then nothing of it stays
   */
  public static Lab up(Blueprint blueprint, LabOptions options, Progress progress) {
    LabPlan plan = LabPlan.of(blueprint, options);
    return build(
        plan,
        options,
        progress,
        namespaces ->
            Optional.of(
                ListenerLoop.start(plan.listeners(), namespaces, new AskedLog(options.folder()))));
  }

  /** Builds a lab whose listeners outlive this process; {@link #down} takes it down. */
  public static Lab upInBackground(Blueprint blueprint, LabOptions options, Progress progress) {
    LabPlan plan = LabPlan.of(blueprint, options);
    return build(
        plan,
        options,
        progress,
        namespaces -> {
          ProcessHandle daemon = LabDaemon.start(options);
          LabState.of(plan, options, LabState.Owner.of(daemon, true)).save(options.folder());
          return Optional.empty();
        });
  }

  private static Lab build(
      LabPlan plan,
      LabOptions options,
      Progress progress,
      Function<Namespaces, Optional<ListenerLoop>> listen) {
    unavailable()
        .ifPresent(
            why -> {
              throw new LabUnavailable(why);
            });
    LabRemoval removal = new LabRemoval(options);
    try (var _ = LabLock.take(options)) {
      refuseSecond(options);
      removal.remove(Progress.NONE);
      // Before anything is made: what a killed build leaves is then known by its id.
      LabState.of(plan, options, LabState.Owner.of(ProcessHandle.current(), false))
          .save(options.folder());
      Namespaces namespaces = new Namespaces(options.prefix());
      try {
        new LabBuilder(plan, namespaces, progress).build();
        Lab lab = new Lab(plan, options, namespaces, listen.apply(namespaces));
        if (lab.listeners.isPresent()) {
          Runtime.getRuntime().addShutdownHook(lab.lastWill);
        }
        return lab;
      } catch (RuntimeException e) {
        namespaces.close();
        removal.remove(Progress.NONE);
        throw e;
      }
    }
  }

  private static void refuseSecond(LabOptions options) {
    LabState.load(options.folder())
        .filter(s -> s.owner().alive().isPresent())
        .ifPresent(
            s -> {
              throw new LabUnavailable(
                  "lab `%s` is up already, for blueprint `%s`"
                      .formatted(options.id(), s.blueprint()));
            });
  }

  /**
   * The lab of a blueprint that is up, whoever built it.
   *
   * @throws LabUnavailable when there is none, or it was built from another blueprint
   */
  public static Lab find(Blueprint blueprint, LabOptions options) {
    LabState state =
        LabState.load(options.folder())
            .filter(s -> s.owner().alive().isPresent())
            .orElseThrow(() -> new LabUnavailable("lab `" + options.id() + "` is not up"));
    LabOptions built = state.options(options.stateDirectory());
    LabPlan plan = LabPlan.of(blueprint, built);
    if (!state.digest().equals(plan.digest())) {
      throw new LabUnavailable(
          "lab `%s` was built from another blueprint, or an earlier form of `%s`: take it down and up"
              .formatted(options.id(), state.blueprint()));
    }
    return new Lab(plan, built, new Namespaces(options.prefix()), Optional.empty());
  }

  /**
   * Takes a lab down, also what a killed run left of it; false when there was nothing.
   *
   * @throws LabUnavailable when another running process holds it
   */
  public static boolean down(LabOptions options, Progress progress) {
    unavailable()
        .ifPresent(
            why -> {
              throw new LabUnavailable(why);
            });
    try (var _ = LabLock.take(options)) {
      return new LabRemoval(options).remove(progress);
    }
  }

  /** Takes the lab down when this process holds its listeners; only lets go of it otherwise. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    namespaces.close();
    if (listeners.isPresent()) {
      Runtime.getRuntime().removeShutdownHook(lastWill);
      listeners.get().close();
      down(options, Progress.NONE);
    }
  }

  /** When the process is told to end, the lab goes with it. */
  private void takeDown() {
    new LabRemoval(options).remove(Progress.NONE);
  }

  public String id() {
    return options.id();
  }

  public Blueprint blueprint() {
    return plan.blueprint();
  }

  /** The names of all hosts and routers: where artifacts belong. */
  public List<String> placements() {
    return plan.nodes().stream()
        .filter(n -> n.kind() == LabNode.Kind.HOST || n.kind() == LabNode.Kind.ROUTER)
        .map(LabNode::name)
        .toList();
  }

  /** The namespace of a host, of a router or of {@code internet}, by its name in the topology. */
  public NetworkNamespace namespace(String placement) {
    return namespaces.enter(node(placement).namespace());
  }

  /** The namespace's name for {@code ip netns exec}. */
  public String namespaceName(String placement) {
    return node(placement).namespace();
  }

  private LabNode node(String placement) {
    return plan.node(placement)
        .orElseThrow(
            () -> new LabUnavailable("`" + placement + "` is no host or router of the lab"));
  }

  /** The name of the host, or {@code internet}, that holds an address. */
  public Optional<String> placementAt(Address address) {
    return plan.nodeAt(address).map(LabNode::name);
  }

  /** The addresses of {@code internet} that are in the lab. */
  public List<Address> internet() {
    return node(Blueprint.INTERNET).addresses();
  }

  /** What the resolvers answer for each name of the blueprint. */
  public Map<String, List<Address>> names() {
    return plan.names();
  }

  /** The names that the authoritative server in {@code internet} was asked for so far. */
  public List<String> asked() {
    return AskedLog.read(options.folder());
  }

  /**
   * Opens real connections between all pairs of hosts, and with {@code internet}, and compares what
   * happens with the model, such as {@code Authorizer::decide}.
   */
  public ProbeReport probe(Function<Flow, Verdict> model, Progress progress) {
    return new Probe(plan, namespaces, model, progress).run();
  }

  /**
   * Loads artifacts, by the name of the host or router that each is for, and fills their sets of
   * names with what the resolvers answer.
   *
   * @param artifacts libnftables JSON, one transaction each
   */
  public void enforce(Map<String, String> artifacts, Progress progress) {
    Calls calls = new Calls(namespaces, Pace.within(Probe.TIME_MAX));
    new Enforcement(plan, namespaces)
        .load(artifacts, () -> Resolution.ask(plan, calls)::told, progress);
  }

  /** The same, with the sets of names filled from elsewhere. */
  public void enforce(Map<String, String> artifacts, NameSource names, Progress progress) {
    new Enforcement(plan, namespaces).load(artifacts, () -> names, progress);
  }

  /** Takes every artifact out again. */
  public void release() {
    new Enforcement(plan, namespaces).unload();
  }

  /** Plays a breach from a workload on, hop by hop. */
  public AttackReport attack(String workload, Progress progress) {
    return new Attack(plan, namespaces, progress).from(workload, options.folder());
  }
}
