package io.ringfence.targets.nftables;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Directory;
import io.ringfence.model.Family;
import io.ringfence.model.Host;
import io.ringfence.model.PortRange;
import io.ringfence.model.Router;
import io.ringfence.model.Segment;
import io.ringfence.targets.nftables.ruleset.Expression;
import io.ringfence.targets.nftables.ruleset.Ruleset;
import io.ringfence.targets.nftables.ruleset.Statement;
import io.ringfence.targets.nftables.ruleset.Value;
import io.ringfence.targets.nftables.ruleset.Verdict;
import io.ringfence.targets.nftables.ruleset.VerdictMap;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Renders the ruleset of one host or router: one table that, loaded, replaces the one before it at
 * once.
 *
 * <p>INVARIANT (judged by who opened it): every packet of a connection that the current generation
 * has not permitted is judged by the tuple that opened the connection, replies too; so what is no
 * longer permitted stops in both directions, and what is permitted goes on, across generations.
 *
 * <p>INVARIANT (never picked up from its other side): a TCP packet that belongs to no connection is
 * judged as one that opens it only if it is a SYN or goes from a port that clients use to one that
 * servers use, as no reply does; else it is dropped.
 */
public final class NftablesRenderer {
  public static final String TABLE = "ringfence";

  /** The netlink group that denied flows are logged to. */
  public static final int LOG_GROUP = 97;

  /** The netlink group that the resolvers' answers are copied to, for the agent to read. */
  public static final int ANSWER_GROUP = 98;

  /** An answer whole: what one Ethernet frame holds. */
  static final int ANSWER_BYTES = 1500;

  /** Where clients open connections from, by IANA and by Linux, and servers do not listen. */
  static final int CLIENT_PORT_MIN = 32768;

  static final int LOGS_PER_SECOND = 10;
  static final int LOGS_BURST = 20;

  /** Enough for the headers that say which flow it is. */
  static final int LOG_BYTES = 128;

  private static final Expression IN = new Expression.Meta("iifname");
  private static final Expression OUT = new Expression.Meta("oifname");
  private static final Value LOOPBACK = Reads.word("lo");

  private final NetworkProjection projection;
  private final Directory directory;
  private final Placement placement;
  private final RulesetBuilder builder;
  private final DenialCompiler denials;
  private final Generation generation;

  private NftablesRenderer(
      NetworkProjection projection, Placement placement, Generation generation, Form form) {
    this.projection = projection;
    this.directory = projection.directory();
    this.placement = placement;
    this.generation = generation;
    this.builder = new RulesetBuilder(generation, ruleCount());
    nameSets();
    // The hooks come first where people read.
    List.of("input", "output", "forward").forEach(builder::hook);
    this.denials = new DenialCompiler(builder, directory, segments(), form);
  }

  /** The set of a ruleset that holds what the resolvers answered for a name. */
  public static String fqdnSet(String fqdn, Family family) {
    return RulesetBuilder.answersName(family, fqdn);
  }

  /** The ruleset as the segments' modes have it. */
  public static Ruleset render(
      NetworkProjection projection, Placement placement, Generation generation) {
    return render(projection, placement, generation, Form.AS_DECLARED);
  }

  public static Ruleset render(
      NetworkProjection projection, Placement placement, Generation generation, Form form) {
    return new NftablesRenderer(projection, placement, generation, form).ruleset();
  }

  /** How many rules permit something here. */
  private int ruleCount() {
    Stream<Permit> permits =
        switch (placement) {
          case Placement.AtHost at ->
              Stream.of(projection.into(at.host()), projection.outOf(at.host()))
                  .flatMap(List::stream);
          case Placement.AtRouter at ->
              Stream.of(projection.across(at.router()), ownPermits(at.router()))
                  .flatMap(List::stream);
        };
    return (int) permits.map(Permit::rule).distinct().count();
  }

  /** Sets that a reader knows by a word bear it wherever they are used. */
  private void nameSets() {
    for (Family family : Family.values()) {
      int digit = RulesetBuilder.digit(family);
      directory
          .blueprint()
          .segments()
          .values()
          .forEach(
              s ->
                  builder.call(s.addresses().ofFamily(family), "segment" + digit + "/" + s.name()));
      builder.call(directory.internet().ofFamily(family), "internet" + digit);
    }
  }

  /** The segments that the machine is in or forwards for. */
  private Set<Segment> segments() {
    Stream<Segment> segments =
        switch (placement) {
          case Placement.AtHost at ->
              at.host().addresses().stream().flatMap(a -> directory.segmentAt(a).stream());
          case Placement.AtRouter at ->
              at.router().segments().stream().map(directory.blueprint().segments()::get);
        };
    return segments.collect(LinkedHashSet::new, Set::add, Set::addAll);
  }

  private Ruleset ruleset() {
    switch (placement) {
      case Placement.AtHost at -> renderHost(at.host());
      case Placement.AtRouter at -> renderRouter(at.router());
    }
    return builder.build(TABLE);
  }

  // --- Hosts ---

  private void renderHost(Host host) {
    AddressSet own = AddressSet.ofAddresses(host.addresses());
    if (!directory.processes(host).isEmpty()) {
      renderProcessHost(host, own);
      return;
    }
    List<Permit> permits = new ArrayList<>(projection.into(host));
    permits.addAll(projection.outOf(host));
    String policy = policy("permitted", inOrder(permits));
    String spoofed = denials.spoofed(segments());

    builder.rule("input", Reads.equal(IN, LOOPBACK), Reads.accept());
    builder.rule("input", Reads.jump(infrastructure()));
    refuseOwnSources("input", own, spoofed);
    copyAnswers("input");
    judge("input", policy);

    builder.rule("output", Reads.equal(OUT, LOOPBACK), Reads.accept());
    builder.rule("output", Reads.jump(infrastructure()));
    refuseForeignSources("output", own, spoofed);
    judge("output", policy);

    // What a host would forward has it at neither end.
    refuseUnconnected("forward");
    builder.rule("forward", Reads.goTo(denials.denied()));
  }

  /**
   * A host that tells its processes apart.
   *
   * <p>INVARIANT (only its opener's own packets say who opened it): what a process sends is
   * admitted by the owner of the socket that sends it, and only in the direction in which the
   * connection was opened; replies that come in, and errors, which nobody's socket sends, pass by
   * the mark alone.
   */
  private void renderProcessHost(Host host, AddressSet own) {
    String received = policy("received", inOrder(projection.into(host)));
    String sent = new ProcessCompiler(builder, projection, host).sent(this::policy, this::inOrder);
    String local = builder.chain("local");
    String spoofed = denials.spoofed(segments());

    // What stays here was judged as it went out.
    builder.rule("input", Reads.equal(IN, LOOPBACK), Reads.accept());
    builder.rule("input", Reads.jump(infrastructure()));
    refuseOwnSources("input", own, spoofed);
    copyAnswers("input");
    passCurrent("input", received, sent);
    refuseMidstream("input");
    builder.rule("input", Reads.jump(received));
    builder.rule("input", Reads.goTo(denials.denied()));

    builder.rule("output", Reads.equal(OUT, LOOPBACK), Reads.goTo(local));
    builder.rule("output", Reads.jump(infrastructure()));
    refuseForeignSources("output", own, spoofed);
    passCurrent("output", received, sent);
    refuseMidstream("output");
    builder.rule("output", Reads.jump(received));
    refuseErrors("output");
    builder.rule("output", Reads.jump(sent));
    builder.rule("output", Reads.goTo(denials.denied()));

    builder.rule(local, Reads.state("established"), isCurrent(), Reads.accept());
    builder.rule(local, Reads.state("related"), Reads.IS_ICMP, isCurrent(), Reads.accept());
    refuseMidstream(local);
    refuseErrors(local);
    builder.rule(
        local,
        Reads.equal(new Expression.Ct("direction"), Reads.word("reply")),
        Reads.goTo(denials.denied()));
    new ProcessCompiler(builder, projection, host).within(local, denials.denied());

    refuseUnconnected("forward");
    builder.rule("forward", Reads.goTo(denials.denied()));
  }

  /** Where nothing is permitted, nothing can have been. */
  private void passCurrent(String chain, String... policies) {
    if (Stream.of(policies).anyMatch(p -> !builder.isEmpty(p))) {
      builder.rule(chain, Reads.state("established"), isCurrent(), Reads.accept());
      builder.rule(chain, Reads.state("related"), Reads.IS_ICMP, isCurrent(), Reads.accept());
    }
  }

  private void refuseMidstream(String chain) {
    refuseUnconnected(chain);
    builder.rule(chain, Reads.state("new", "related"), isNotSyn(), Reads.jump(midstream()));
  }

  /** An error is about a connection, and says nothing of who opened it. */
  private void refuseErrors(String chain) {
    builder.rule(chain, Reads.state("related"), Reads.IS_ICMP, Reads.goTo(denials.denied()));
  }

  /** Permits of one rule may come from both directions; the first rule still comes first. */
  private List<Permit> inOrder(List<Permit> permits) {
    Map<String, Integer> order = new HashMap<>();
    directory.blueprint().rules().forEach(r -> order.putIfAbsent(r.name(), order.size()));
    return permits.stream()
        .distinct()
        .sorted(Comparator.comparing(p -> order.get(p.rule())))
        .toList();
  }

  /** Nothing from elsewhere bears an address of this machine as its source. */
  private void refuseOwnSources(String chain, AddressSet own, String spoofed) {
    for (Family family : Family.values()) {
      ownSet(own, family)
          .ifPresent(
              set ->
                  builder.rule(
                      chain, Reads.equal(Reads.packetSource(family), set), Reads.goTo(spoofed)));
    }
  }

  /** Nothing leaves with a source that is not an address of this machine. */
  private void refuseForeignSources(String chain, AddressSet own, String spoofed) {
    for (Family family : Family.values()) {
      Statement foreign =
          ownSet(own, family)
              .map(set -> Reads.unequal(Reads.packetSource(family), set))
              .orElse(Reads.isFamily(family));
      builder.rule(chain, foreign, Reads.goTo(spoofed));
    }
  }

  private Optional<Value.Named> ownSet(AddressSet own, Family family) {
    AddressSet part = own.ofFamily(family);
    return part.isEmpty()
        ? Optional.empty()
        : Optional.of(builder.addresses("own" + RulesetBuilder.digit(family), part));
  }

  // --- Routers ---

  private void renderRouter(Router router) {
    AddressSet own = AddressSet.ofAddresses(router.addresses());
    String across = policy("across", projection.across(router));
    String ownPolicy = policy("own", inOrder(ownPermits(router)));
    String source = sourceGuard(router);
    String spoofed = denials.spoofed(segments());

    builder.rule("forward", Reads.jump(source));
    // What it sends itself is not forwarded.
    refuseOwnSources("forward", own, spoofed);
    copyAnswers("forward");
    judge("forward", across);

    builder.rule("input", Reads.equal(IN, LOOPBACK), Reads.accept());
    builder.rule("input", Reads.jump(infrastructure()));
    builder.rule("input", Reads.jump(source));
    refuseOwnSources("input", own, spoofed);
    judge("input", ownPolicy);

    builder.rule("output", Reads.equal(OUT, LOOPBACK), Reads.accept());
    builder.rule("output", Reads.jump(infrastructure()));
    // What it says about connections that it forwards bears addresses that need not be declared.
    builder.rule(
        "output", Reads.state("related"), Reads.IS_ICMP, Reads.goTo(errors(across, ownPolicy)));
    refuseForeignSources("output", own, spoofed);
    judge("output", ownPolicy);
  }

  private List<Permit> ownPermits(Router router) {
    AddressSet own = AddressSet.ofAddresses(router.addresses());
    if (own.isEmpty()) {
      return List.of();
    }
    AddressSet others = own.complement();
    return projection.permits().stream()
        .flatMap(
            p -> Stream.concat(p.between(others, own).stream(), p.between(own, others).stream()))
        .toList();
  }

  private String errors(String... policies) {
    String chain = builder.chain("errors");
    if (Stream.of(policies).anyMatch(p -> !builder.isEmpty(p))) {
      builder.rule(chain, isCurrent(), Reads.accept());
    }
    Stream.of(policies).forEach(p -> builder.rule(chain, Reads.jump(p)));
    builder.rule(chain, Reads.goTo(denials.denied()));
    return chain;
  }

  /** Returns for packets whose source belongs to the interface that they came in by. */
  private String sourceGuard(Router router) {
    String guard = builder.chain("source");
    Map<String, Set<Segment>> segmentsByInterface = new TreeMap<>();
    router
        .interfaces()
        .forEach(
            (segment, name) ->
                segmentsByInterface
                    .computeIfAbsent(name, n -> new LinkedHashSet<>())
                    .add(directory.blueprint().segments().get(segment)));
    List<VerdictMap.Element> elements = new ArrayList<>();
    segmentsByInterface.forEach((name, segments) -> elements.add(interfaceGuard(name, segments)));
    if (!elements.isEmpty()) {
      String map = builder.map("interface", List.of("ifname"), List.of(), elements);
      builder.rule(guard, new Statement.Lookup(IN, map));
    }
    AddressSet served = addresses(segments());
    String spoofed = denials.denied(DenialCompiler.Kind.SPOOFED_SOURCE);
    for (Family family : Family.values()) {
      AddressSet part = served.ofFamily(family);
      if (!part.isEmpty()) {
        Value set = builder.addresses("served" + RulesetBuilder.digit(family), part);
        builder.rule(guard, Reads.equal(Reads.packetSource(family), set), Reads.goTo(spoofed));
      }
    }
    return guard;
  }

  private VerdictMap.Element interfaceGuard(String name, Set<Segment> segments) {
    String chain = builder.chain("source/" + name);
    for (Family family : Family.values()) {
      AddressSet part = addresses(segments).ofFamily(family);
      if (!part.isEmpty()) {
        String meaning = "source" + RulesetBuilder.digit(family) + "/" + name;
        Value set = builder.addresses(meaning, part);
        builder.rule(chain, Reads.equal(Reads.packetSource(family), set), Reads.back());
      }
    }
    builder.rule(chain, Reads.goTo(denials.spoofed(segments)));
    return new VerdictMap.Element(Reads.word(name), new Verdict.Goto(chain));
  }

  private static AddressSet addresses(Collection<Segment> segments) {
    return new AddressSet(segments.stream().flatMap(s -> s.addresses().ranges().stream()).toList());
  }

  // --- Both ---

  /** The chain that admits what is permitted and returns for the rest. */
  private String policy(String name, List<Permit> permits) {
    String policy = builder.chain(name);
    for (Family family : Family.values()) {
      new PolicyCompiler(builder, directory, name, family)
          .compile(permits)
          .ifPresent(c -> builder.rule(policy, Reads.isFamily(family), Reads.jump(c)));
    }
    return policy;
  }

  /** Current connections first; then what cannot be judged; then by the policy. */
  private void judge(String hook, String policy) {
    passCurrent(hook, policy);
    refuseMidstream(hook);
    builder.rule(hook, Reads.jump(policy));
    builder.rule(hook, Reads.goTo(denials.denied()));
  }

  private void refuseUnconnected(String hook) {
    builder.rule(
        hook,
        Reads.state("invalid", "untracked"),
        Reads.goTo(denials.denied(DenialCompiler.Kind.INVALID)));
  }

  /** Returns for packets that show that their sender is the client. */
  private String midstream() {
    String chain = builder.chain("midstream");
    if (builder.isEmpty(chain)) {
      builder.rule(
          chain,
          Reads.equal(
              new Expression.Payload("tcp", "sport"),
              RulesetBuilder.value(CLIENT_PORT_MIN, PortRange.PORT_MAX)),
          Reads.equal(
              new Expression.Payload("tcp", "dport"), RulesetBuilder.value(1, CLIENT_PORT_MIN - 1)),
          Reads.back());
      builder.rule(chain, Reads.goTo(denials.denied(DenialCompiler.Kind.NOT_SYN)));
    }
    return chain;
  }

  /** Copies what the resolvers answer to who fills the sets of names. */
  private void copyAnswers(String hook) {
    AddressSet resolvers =
        directory.blueprint().resolvers().stream()
            .map(r -> directory.addresses(directory.blueprint().workloads().get(r)))
            .reduce(AddressSet.EMPTY, AddressSet::union);
    for (Family family : Family.values()) {
      AddressSet part = resolvers.ofFamily(family);
      if (builder.answersAwaited() && !part.isEmpty()) {
        Value set = builder.addresses("resolvers" + RulesetBuilder.digit(family), part);
        builder.rule(
            hook,
            Reads.equal(new Expression.Ct("direction"), Reads.word("reply")),
            Reads.equal(Reads.packetSource(family), set),
            Reads.equal(new Expression.Payload("udp", "sport"), new Value.Numeral(53)),
            new Statement.Log("answer", ANSWER_GROUP, ANSWER_BYTES));
      }
    }
  }

  private Statement isCurrent() {
    return Reads.equal(
        new Expression.Masked(new Expression.Ct("mark"), new Value.Bits(Generation.MARK_MASK)),
        new Value.Bits(generation.mark()));
  }

  private static Statement isNotSyn() {
    Expression flags = new Expression.Payload("tcp", "flags");
    Value relevant = new Value.AnyFlag(List.of("fin", "syn", "rst", "ack"));
    return Reads.unequal(new Expression.Masked(flags, relevant), Reads.word("syn"));
  }

  /**
   * Neighbour discovery, router discovery (RFC 4861) and MLD (RFC 2710, RFC 3810) on the link; no
   * redirects. The hop limits prove that no router forwarded them, or that none will.
   */
  private String infrastructure() {
    String chain = builder.chain("infrastructure");
    if (builder.isEmpty(chain)) {
      permitOnLink(
          chain,
          255,
          "nd-router-solicit",
          "nd-router-advert",
          "nd-neighbor-solicit",
          "nd-neighbor-advert");
      permitOnLink(
          chain,
          1,
          "mld-listener-query",
          "mld-listener-report",
          "mld-listener-done",
          "mld2-listener-report");
    }
    return chain;
  }

  private void permitOnLink(String chain, int hopLimit, String... types) {
    builder.rule(
        chain,
        Reads.equal(
            new Expression.Payload("icmpv6", "type"),
            new Value.OneOf(Stream.of(types).map(Reads::word).toList())),
        Reads.equal(new Expression.Payload("ip6", "hoplimit"), new Value.Numeral(hopLimit)),
        Reads.accept());
  }
}
