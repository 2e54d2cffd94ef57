package io.ringfence.targets.nftables;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Family;
import io.ringfence.model.Mode;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Segment;
import io.ringfence.targets.nftables.ruleset.Expression;
import io.ringfence.targets.nftables.ruleset.Rule;
import io.ringfence.targets.nftables.ruleset.Statement;
import io.ringfence.targets.nftables.ruleset.Value;
import io.ringfence.targets.nftables.ruleset.Verdict;
import io.ringfence.targets.nftables.ruleset.VerdictMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Compiles what happens to packets that nothing permits: counted and logged under the guardrail
 * that forbids them or {@code default-deny/SEGMENT}, then dropped, or passed where all that are
 * party to them only observe.
 */
final class DenialCompiler {
  /** What names a denied packet in the log when its addresses alone do not. */
  enum Kind {
    /** Its source does not belong where it comes from. */
    SPOOFED_SOURCE,
    /** It belongs to no connection that the kernel can follow. */
    INVALID,
    /** It would pick up a TCP connection, perhaps from its other side. */
    NOT_SYN;

    String text() {
      return "packet/" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private static final String OBSERVE = "observe/";

  private final RulesetBuilder builder;
  private final Directory directory;
  private final boolean observing;
  private final boolean observingHere;
  private final String denied;

  /**
   * @param here the segments of the machine that the ruleset is for
   */
  DenialCompiler(RulesetBuilder builder, Directory directory, Set<Segment> here, Form form) {
    this.builder = builder;
    this.directory = directory;
    this.observing = form == Form.AS_DECLARED && !addresses(Mode.OBSERVE).isEmpty();
    this.observingHere =
        observing && !here.isEmpty() && here.stream().allMatch(s -> s.mode() == Mode.OBSERVE);
    this.denied = builder.chain("denied");
  }

  private AddressSet addresses(Mode mode) {
    return union(s -> s.mode() == mode);
  }

  private AddressSet union(Predicate<Segment> which) {
    return new AddressSet(
        directory.blueprint().segments().values().stream()
            .filter(which)
            .flatMap(s -> s.addresses().ranges().stream())
            .toList());
  }

  /** The chain for flows that nothing permits. */
  String denied() {
    if (builder.isEmpty(denied)) {
      if (observing) {
        String refused = builder.chain("refused");
        String observed = builder.chain("observed");
        sortByMode(denied, Reads::source, Reads::destination, refused, observed);
        classify(refused, "");
        classify(observed, OBSERVE);
      } else {
        classify(denied, "");
      }
    }
    return denied;
  }

  /** The chain for packets that are denied whatever the policy says. */
  String denied(Kind kind) {
    String chain = builder.chain(kind.text());
    if (builder.isEmpty(chain)) {
      if (observing) {
        String refused = ending("refused/" + kind.text(), kind.text());
        String observed = ending(OBSERVE + kind.text(), OBSERVE + kind.text());
        sortByMode(chain, Reads::packetSource, Reads::packetDestination, refused, observed);
      } else {
        end(chain, kind.text());
      }
    }
    return chain;
  }

  /** The chain for packets that a machine sends or takes although they cannot be its own. */
  String spoofed(Set<Segment> origin) {
    boolean enforced = origin.stream().anyMatch(s -> s.mode() == Mode.ENFORCE);
    return observing && enforced
        ? ending("refused/" + Kind.SPOOFED_SOURCE.text(), Kind.SPOOFED_SOURCE.text())
        : denied(Kind.SPOOFED_SOURCE);
  }

  private interface Reader {
    Expression of(Family family);
  }

  /** Dropped if either end's segment enforces; where neither end has one, as this machine's do. */
  private void sortByMode(
      String chain, Reader source, Reader destination, String refused, String observed) {
    sort(chain, source, destination, "enforcing", addresses(Mode.ENFORCE), refused);
    if (!observingHere) {
      sort(chain, source, destination, "observing", addresses(Mode.OBSERVE), observed);
    }
    builder.rule(chain, Reads.goTo(observingHere ? observed : refused));
  }

  private void sort(
      String chain, Reader source, Reader destination, String name, AddressSet set, String target) {
    for (Family family : Family.values()) {
      AddressSet part = set.ofFamily(family);
      if (!part.isEmpty()) {
        Value members = builder.addresses(name + RulesetBuilder.digit(family), part);
        builder.rule(chain, Reads.equal(source.of(family), members), Reads.goTo(target));
        builder.rule(chain, Reads.equal(destination.of(family), members), Reads.goTo(target));
      }
    }
  }

  // --- Which name a denied flow bears ---

  private void classify(String chain, String prefix) {
    for (Forbidden box : Forbidden.of(directory)) {
      for (Family family : Family.values()) {
        addGuardrail(chain, prefix, box, family);
      }
    }
    for (Family family : Family.values()) {
      lookUpSegment(chain, prefix, Reads.destination(family), family);
    }
    for (Family family : Family.values()) {
      lookUpSegment(chain, prefix, Reads.source(family), family);
    }
    builder.rule(chain, Reads.goTo(byDefault(prefix, Blueprint.INTERNET)));
  }

  private void addGuardrail(String chain, String prefix, Forbidden box, Family family) {
    AddressSet from = box.from().ofFamily(family);
    AddressSet to = box.to().ofFamily(family);
    PortSet ports = box.ports().ofFamily(family);
    if (from.isEmpty() || to.isEmpty() || ports.isEmpty()) {
      return;
    }
    List<Statement> statements = new ArrayList<>();
    if (!box.ports().equals(PortSet.ALL)) {
      statements.add(Reads.HAS_PORT);
    }
    boolean anywhere = !match(Reads.source(family), from, family, statements);
    boolean anything = !match(Reads.destination(family), to, family, statements);
    if (anywhere && anything) {
      statements.add(Reads.isFamily(family));
    }
    if (!box.ports().equals(PortSet.ALL)) {
      statements.add(matchPorts(ports));
    }
    statements.add(
        Reads.goTo(ending(prefix + "guardrail/" + box.guardrail(), prefix + box.guardrail())));
    builder.rule(chain, new Rule(statements, Optional.empty()));
  }

  /** True unless every address of the family matches. */
  private boolean match(Expression end, AddressSet set, Family family, List<Statement> statements) {
    AddressSet others = AddressSet.ALL.ofFamily(family).minus(set);
    if (others.isEmpty()) {
      return false;
    }
    boolean inverse = others.ranges().size() < set.ranges().size();
    statements.add(
        inverse
            ? Reads.unequal(end, builder.addresses(others))
            : Reads.equal(end, builder.addresses(set)));
    return true;
  }

  private Statement matchPorts(PortSet ports) {
    List<Value> elements = new ArrayList<>();
    for (PortRange range : ports.ranges()) {
      Value interval = RulesetBuilder.value(range.first(), range.last());
      elements.add(new Value.Tuple(List.of(Reads.value(range.protocol()), interval)));
    }
    String words =
        ports.ranges().stream()
            .map(r -> r.isAll() ? r.toString() : r.toString().replaceFirst("^(.*)/(.*)$", "$2-$1"))
            .collect(Collectors.joining("_"));
    return Reads.equal(
        new Expression.Concat(List.of(Reads.PROTOCOL, Reads.PORT)),
        builder.set("ports/" + words, List.of("inet_proto", "inet_service"), elements));
  }

  private void lookUpSegment(String chain, String prefix, Expression end, Family family) {
    List<VerdictMap.Element> elements = new ArrayList<>();
    for (Segment segment : directory.blueprint().segments().values()) {
      AddressSet part = segment.addresses().ofFamily(family);
      if (!part.isEmpty()) {
        Verdict verdict = new Verdict.Goto(byDefault(prefix, segment.name()));
        part.ranges()
            .forEach(r -> elements.add(new VerdictMap.Element(RulesetBuilder.value(r), verdict)));
      }
    }
    if (!elements.isEmpty()) {
      String map =
          builder.sharedMap(
              prefix + "segment" + RulesetBuilder.digit(family),
              List.of(RulesetBuilder.type(family)),
              List.of(RulesetBuilder.INTERVAL),
              elements);
      builder.rule(chain, new Statement.Lookup(end, map));
    }
  }

  private String byDefault(String prefix, String segment) {
    return ending(prefix + "default-deny/" + segment, prefix + "default-deny/" + segment);
  }

  // --- How it ends ---

  private String ending(String meaning, String logged) {
    String chain = builder.chain(meaning);
    if (builder.isEmpty(chain)) {
      end(chain, logged);
    }
    return chain;
  }

  private void end(String chain, String logged) {
    builder.rule(chain, Rule.of(new Statement.Counter()).named(builder.comment(logged)));
    builder.rule(
        chain,
        new Statement.Limit(NftablesRenderer.LOGS_PER_SECOND, NftablesRenderer.LOGS_BURST),
        new Statement.Log(
            builder.logPrefix(logged), NftablesRenderer.LOG_GROUP, NftablesRenderer.LOG_BYTES));
    if (logged.startsWith(OBSERVE)) {
      // INVARIANT (observed is not permitted): what passes here bears no generation's mark, not
      // even one that its connection inherited from another.
      builder.rule(chain, new Statement.SetMark(~Generation.MARK_MASK, 0));
      builder.rule(chain, Reads.accept());
    } else {
      builder.rule(chain, Reads.drop());
    }
  }
}
