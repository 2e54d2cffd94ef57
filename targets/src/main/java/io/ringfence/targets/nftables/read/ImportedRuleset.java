package io.ringfence.targets.nftables.read;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Protocol;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * A ruleset that somebody else wrote: all tables of a machine, asked what connections they let
 * through.
 *
 * <p>Flows are as the filter hooks see them: behind what translates destinations, before what
 * translates sources. INVARIANT (two bounds): what is not understood is taken both ways, so that
 * what {@link #surely} passes does, and what {@link #possibly} passes is all that may.
 */
public final class ImportedRuleset {
  /** An interface that no rule names. */
  public static final String OTHER_INTERFACE = "(any other)";

  /** Where the kernel looks for the connections of packets, at the hooks that they come in by. */
  static final int TRACKING_PRIORITY = -200;

  private static final Set<String> TRACKED_AT = Set.of("prerouting", "output");

  /**
   * A base chain and the flows that meet it.
   *
   * @param translates whether it is there to translate addresses
   */
  record Entry(ReadChain chain, FlowSet met, boolean translates) {
    private ReadChain.Base base() {
      return chain.base().orElseThrow();
    }

    boolean mayPrecedeTracking() {
      return TRACKED_AT.contains(base().hook()) && base().priority() <= TRACKING_PRIORITY;
    }

    /** At the same priority the kernel asks first whichever came first. */
    boolean surelyPrecedesTracking() {
      return mayPrecedeTracking() && base().priority() < TRACKING_PRIORITY;
    }
  }

  /**
   * A rule and where it stands.
   *
   * @param place table, chain, number and handle, or file and line where the listing has them
   * @param index the rule's position among the ruleset's objects
   */
  public record ImportedRule(String place, String text, int index, boolean understood) {}

  private final FlowSpace space;
  private final Map<String, ReadChain> chains;
  private final List<Entry> entries;
  private final List<Construct> constructs;
  private final List<ImportedRule> rules;
  private final Map<String, Translation> translations;
  private final boolean untracks;
  private final boolean translates;
  private final boolean dropsElsewhere;
  private final Reading reading;
  private final Evaluation.Rules evaluated;
  private final Effort trials = Effort.atMost(ImportLimits.TRIALS_MAX);

  ImportedRuleset(FlowSpace space, ImportedParser parser) {
    this.space = space;
    this.chains = parser.chains();
    this.constructs = List.copyOf(parser.constructs());
    this.rules = List.copyOf(parser.rules());
    this.translations = parser.translations();
    this.untracks = parser.untracks();
    this.translates = parser.translates();
    this.dropsElsewhere = parser.dropsElsewhere();
    this.reading = new Reading(space, chains, List.of());
    this.evaluated = new Evaluation.Rules(chains, space, Effort.atMost(ImportLimits.STEPS_MAX));
    this.entries =
        parser.bases().stream()
            .map(b -> new Entry(chains.get(b.chain()), met(b.family()), b.translates()))
            .toList();
  }

  /**
   * The ruleset's reading.
   *
   * @param listing libnftables JSON, as {@code nft -j list ruleset} prints it
   * @throws UnreadableException when it is no such listing, or jumps in a circle
   */
  public static ImportedRuleset read(JsonNode listing, FlowSpace space) {
    ImportedRuleset out = new ImportedRuleset(space, new ImportedParser(listing));
    // A circle of jumps shows only when it is followed.
    for (Situation.Hook hook : Situation.Hook.values()) {
      out.pass(Situation.first(hook, OTHER_INTERFACE, OTHER_INTERFACE), space.all());
    }
    return out;
  }

  private FlowSet met(String family) {
    return switch (family) {
      case "ip" -> ofFamily(Family.IPV4);
      case "ip6" -> ofFamily(Family.IPV6);
      default -> space.all();
    };
  }

  private FlowSet ofFamily(Family family) {
    return space.box(AddressSet.ALL.ofFamily(family), AddressSet.ALL, PortSet.ALL);
  }

  /** What the rules that translate addresses make of them, by place. */
  Map<String, Translation> translations() {
    return translations;
  }

  /** What is not understood, in the ruleset's order. */
  public List<Construct> constructs() {
    return constructs;
  }

  /** Every rule, in the ruleset's order. */
  public List<ImportedRule> rules() {
    return rules;
  }

  /** The interfaces other than the loopback that rules tell apart, and one that none does. */
  public Set<String> inInterfaces() {
    return andOther(reading.inInterfaces());
  }

  /** The same of what packets leave by. */
  public Set<String> outInterfaces() {
    return andOther(reading.outInterfaces());
  }

  private static Set<String> andOther(Set<String> names) {
    Set<String> out = new LinkedHashSet<>(names);
    out.add(OTHER_INTERFACE);
    return out;
  }

  /** The connections that can be opened through a hook, whatever interfaces they come by. */
  public FlowSet surely(Situation.Hook hook) {
    return firsts(hook).stream().map(this::surely).reduce(space.all(), FlowSet::intersect);
  }

  /** The connections that may be opened through a hook, by some interface. */
  public FlowSet possibly(Situation.Hook hook) {
    return firsts(hook).stream().map(this::possibly).reduce(space.empty(), FlowSet::union);
  }

  private List<Situation> firsts(Situation.Hook hook) {
    if ((long) inInterfaces().size() * outInterfaces().size() > ImportLimits.INTERFACE_PAIRS_MAX) {
      throw new UnreadableException(
          "its rules tell %,d interfaces that packets come in by from %,d that they leave by, and at most %,d pairs are looked at"
              .formatted(
                  inInterfaces().size(), outInterfaces().size(), ImportLimits.INTERFACE_PAIRS_MAX));
    }
    List<Situation> out = new ArrayList<>();
    for (String in : hook == Situation.Hook.OUTPUT ? Set.of("") : inInterfaces()) {
      for (String leaving : hook == Situation.Hook.INPUT ? Set.of("") : outInterfaces()) {
        out.add(Situation.first(hook, in, leaving));
      }
    }
    return out;
  }

  /** The flows whose packets pass in a situation, however what is not understood turns out. */
  public FlowSet surely(Situation situation) {
    if (dropsElsewhere) {
      return space.empty();
    }
    FlowSet out = space.all();
    for (Situation each : readings(situation)) {
      out = out.minus(pass(each, space.all()).dropped().all());
    }
    return out;
  }

  /** The flows whose packets pass in a situation if what is not understood turns out so. */
  public FlowSet possibly(Situation situation) {
    FlowSet out = space.empty();
    for (Situation each : readings(situation)) {
      out = out.union(pass(each, space.all()).accepted().all());
    }
    return out;
  }

  /** What {@link #possibly} passes, by the marks that connections have from then on. */
  public SortedMap<Integer, FlowSet> opened(Situation situation) {
    MarkedFlows out = new MarkedFlows(space);
    for (Situation each : readings(situation)) {
      out.addAll(pass(each, space.all()).accepted());
    }
    return out.flowsByMark();
  }

  /** A packet that a rule may have taken from connection tracking is read both ways. */
  private List<Situation> readings(Situation situation) {
    if (!untracks || situation.kind() != Situation.Kind.NEW) {
      return List.of(situation);
    }
    Situation untracked =
        Situation.of(
            situation.hook(),
            situation.inInterface(),
            situation.outInterface(),
            Situation.Kind.UNTRACKED,
            false,
            0);
    return List.of(situation, untracked.flagged(Situation.SYN));
  }

  /** Which rules the packets of one flow go by, in order, those that only may decide included. */
  public List<String> trace(Situation situation, FlowSet flow) {
    Set<String> out = new LinkedHashSet<>();
    for (Situation each : readings(situation)) {
      pass(each, flow, out::add);
    }
    return List.copyOf(out);
  }

  /** What of a trace is there on account of something that is not understood. */
  public static List<String> unsure(List<String> trace) {
    return trace.stream().filter(t -> t.contains(Evaluation.UNSURE)).toList();
  }

  /** Where packets may end up. */
  Passage pass(Situation situation, FlowSet flows) {
    return pass(situation, flows, null);
  }

  private Passage pass(Situation situation, FlowSet flows, Consumer<String> trace) {
    Passage out = Passage.none(space);
    MarkedFlows here = MarkedFlows.of(situation.mark(), flows);
    for (String hook : hooks(situation.hook())) {
      for (Entry entry : hooked(hook)) {
        here = enter(situation, entry, here, out, trace);
      }
      if (hook.equals("prerouting") && translates) {
        // What was dropped there under another destination is not what the filter would see.
        here.addAll(out.dropped());
      }
    }
    out.accepted().addAll(here);
    return out;
  }

  /** INVARIANT (a drop ends all): what one chain accepts, the next may still drop. */
  private MarkedFlows enter(
      Situation situation, Entry entry, MarkedFlows in, Passage out, Consumer<String> trace) {
    if (entry.translates() && !opens(situation)) {
      return in;
    }
    MarkedFlows past = in.map((mark, flows) -> flows.minus(entry.met()));
    Passage passage = Passage.none(space);
    for (Situation each : seenBy(entry, situation)) {
      Evaluation evaluation = new Evaluation(space, evaluated, each, trace);
      passage.addAll(evaluation.chain(entry.chain(), in.only(entry.met()), 0));
    }
    out.dropped().addAll(passage.dropped());
    boolean accepts = entry.chain().base().orElseThrow().acceptsByDefault();
    past.addAll(passage.accepted());
    (accepts ? past : out.dropped()).addAll(passage.returned());
    if (trace != null && !passage.returned().isEmpty()) {
      trace.accept(entry.chain().name() + " policy: " + (accepts ? "accept" : "drop"));
    }
    return past;
  }

  /** How a chain sees packets, which may be in one way or another. */
  List<Situation> seenBy(Entry entry, Situation situation) {
    // Before routing it is not known where packets leave.
    Situation here = entry.base().hook().equals("prerouting") ? situation.leaving("") : situation;
    if (!entry.mayPrecedeTracking()) {
      return List.of(here);
    }
    boolean either =
        !entry.surelyPrecedesTracking()
            // By then, an earlier rule may have taken it from tracking.
            || situation.kind() == Situation.Kind.UNTRACKED;
    return either ? List.of(here.beforeTracking(), here) : List.of(here.beforeTracking());
  }

  static List<String> hooks(Situation.Hook hook) {
    return switch (hook) {
      case INPUT -> List.of("prerouting", "input");
      case FORWARD -> List.of("prerouting", "forward", "postrouting");
      case OUTPUT -> List.of("output", "postrouting");
    };
  }

  List<Entry> hooked(String hook) {
    return entries.stream()
        .filter(e -> e.chain().base().orElseThrow().hook().equals(hook))
        .sorted(Comparator.comparingInt(e -> e.chain().base().orElseThrow().priority()))
        .toList();
  }

  /** Whether packets are of connections whose addresses are still to be translated. */
  static boolean opens(Situation situation) {
    return situation.kind() == Situation.Kind.NEW || situation.kind() == Situation.Kind.EXPECTED;
  }

  /** The part of a set that one flow is. */
  static FlowSet exactly(FlowSet of, Flow flow) {
    Protocol protocol = flow.protocol();
    boolean ported = protocol.hasPorts() || protocol.isIcmp();
    PortRange port =
        ported ? new PortRange(protocol, flow.port(), flow.port()) : PortRange.all(protocol);
    return of.intersect(
        of.space()
            .box(
                AddressSet.of(flow.source()), AddressSet.of(flow.destination()), PortSet.of(port)));
  }

  FlowSpace space() {
    return space;
  }

  ReadChain chain(String name) {
    return chains.get(name);
  }

  Map<String, ReadChain> chains() {
    return chains;
  }

  /** What finding rules that make no difference has cost so far. */
  Effort trials() {
    return trials;
  }

  Evaluation.Rules evaluated() {
    return evaluated;
  }

  boolean translatesDestinations() {
    return translates;
  }

  Reading reading() {
    return reading;
  }
}
