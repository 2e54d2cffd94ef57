package io.ringfence.targets.nftables.read;

import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Flow;
import io.ringfence.model.PortSet;
import io.ringfence.model.UserSet;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Follows sets of flows through chains, in one situation. */
final class Evaluation {
  /** How a trace words what it cannot follow. */
  static final String UNSURE = ": not understood, so both ways: ";

  private final FlowSpace space;
  private final Rules rules;
  private final Cache cache;
  private final Situation situation;
  private final Consumer<String> trace;

  /**
   * @param trace told of each rule and element that a non-empty set of flows goes by
   */
  Evaluation(FlowSpace space, Rules rules, Situation situation, Consumer<String> trace) {
    this.space = space;
    this.rules = rules;
    this.cache = rules.cache();
    this.situation = situation;
    this.trace = trace;
  }

  /**
   * A ruleset's chains, and what is known of them whatever the situation.
   *
   * @param ends the part of all flows that is asked about
   * @param everything the same as a set
   */
  record Rules(
      Map<String, ReadChain> chains,
      DeadEnds deadEnds,
      Likenesses likenesses,
      Narrowings narrowings,
      FieldsRead fields,
      ElementsByEnd elements,
      Cache cache,
      Effort effort,
      Box ends,
      FlowSet everything) {
    Rules(Map<String, ReadChain> chains, FlowSpace space, Effort effort) {
      this(
          chains,
          new DeadEnds(chains),
          new Likenesses(chains),
          new Narrowings(chains),
          new FieldsRead(chains),
          new ElementsByEnd(),
          new Cache(),
          effort,
          Box.ALL,
          space.all());
    }

    /** The same rules, asked about some flows only, in another space. */
    Rules within(Box some, FlowSpace space) {
      return new Rules(
          chains,
          deadEnds,
          likenesses,
          narrowings,
          fields,
          elements,
          new Cache(),
          effort,
          some,
          some.in(space));
    }
  }

  /** What was found out in one situation, remembered for those that are no different to it. */
  static final class Cache {
    private record Question(Object asked, Object more, List<Object> circumstances) {}

    private final Map<Question, Object> answers = new HashMap<>();

    <T> T get(Object asked, Key key, Situation situation, int mark, Supplier<T> answer) {
      List<Object> circumstances =
          key.parts().stream().map(p -> circumstance(p.field(), situation, mark)).toList();
      return get(new Question(asked, key, circumstances), answer);
    }

    /** What a map leads to depends on its key, and on what is looked at behind it. */
    <T> T get(
        Step.Lookup lookup, Set<Field> behind, Situation situation, int mark, Supplier<T> answer) {
      Set<Field> fields = EnumSet.noneOf(Field.class);
      lookup.key().parts().forEach(p -> fields.add(p.field()));
      fields.addAll(behind);
      List<Object> circumstances =
          fields.stream().map(f -> circumstance(f, situation, mark)).toList();
      return get(new Question(lookup.map(), lookup.key(), circumstances), answer);
    }

    /** What a chain does depends on what it reads, and on the mark that it may change. */
    Passage get(
        String chain, Set<Field> fields, Situation situation, int mark, Supplier<Passage> answer) {
      List<Object> circumstances =
          fields.stream().map(f -> circumstance(f, situation, mark)).toList();
      return get(new Question(chain, mark, circumstances), answer);
    }

    @SuppressWarnings("unchecked") // What is asked tells the type of the answer.
    private <T> T get(Question question, Supplier<T> answer) {
      T known = (T) answers.get(question);
      if (known == null) {
        known = answer.get();
        answers.put(question, known);
      }
      return known;
    }

    /** All of a situation that {@link Box#where} looks at for a field. */
    static Object circumstance(Field field, Situation situation, int mark) {
      boolean error = situation.kind().error();
      boolean connected = situation.kind().connected();
      boolean reply = situation.reply();
      return switch (field) {
        case IN_INTERFACE -> situation.inInterface();
        case OUT_INTERFACE -> situation.outInterface();
        case OWNER -> situation.bySender();
        case FAMILY, ETHER_TYPE -> "";
        case PROTOCOL, PROTOCOL_4 -> error;
        case STATE -> situation.kind();
        case MARK -> List.of(connected, mark);
        case DIRECTION -> List.of(connected, reply);
        case CT_PROTOCOL -> connected;
        case CT_SOURCE_4, CT_SOURCE_6, CT_DESTINATION_4, CT_DESTINATION_6, CT_PORT -> connected;
        case SOURCE_4, SOURCE_6, DESTINATION_4, DESTINATION_6 ->
            List.of(situation.addressed(), reply);
        case HOP_LIMIT -> situation.hopLimit();
        case TCP_SOURCE_PORT, TCP_PORT, UDP_SOURCE_PORT, UDP_PORT -> List.of(error, reply);
        case SCTP_SOURCE_PORT, SCTP_PORT, ANY_SOURCE_PORT, ANY_PORT -> List.of(error, reply);
        case TCP_FLAGS -> List.of(error, situation.tcpFlags());
        case ICMP_TYPE, ICMP_CODE, ICMPV6_TYPE, ICMPV6_CODE -> List.of(error, reply);
      };
    }
  }

  /** The mark that connections have at first. */
  int mark() {
    return situation.mark();
  }

  /** The flows that may have a key in a table, and those that surely have. */
  record Hit(FlowSet may, FlowSet sure) {}

  Passage chain(ReadChain chain, MarkedFlows in, int depth) {
    requireDepth(chain, depth);
    Passage out = Passage.none(space);
    MarkedFlows here = in;
    for (ReadChain.ReadRule rule : chain.rules()) {
      if (here.isEmpty()) {
        break;
      }
      here = rule(rule, here, out, depth);
    }
    out.returned().addAll(here);
    return out;
  }

  private static void requireDepth(ReadChain chain, int depth) {
    if (depth > ImportLimits.JUMPS_MAX) {
      throw new UnreadableException(
          "chain `%s` is reached by more than %d jumps, which the kernel does not load; or it jumps to itself"
              .formatted(chain.name(), ImportLimits.JUMPS_MAX));
    }
  }

  /** What goes on behind the rule; what does not is added to where it ends up. */
  private MarkedFlows rule(ReadChain.ReadRule rule, MarkedFlows in, Passage out, int depth) {
    rules.effort().step();
    MarkedFlows behind = new MarkedFlows(space);
    MarkedFlows here = in;
    for (Step step : rule.steps()) {
      here =
          switch (step) {
            case Step.Match s -> match(s, here, behind);
            case Step.Perhaps s -> {
              if (trace != null && !s.why().isEmpty() && !here.isEmpty()) {
                trace.accept(rule.place() + UNSURE + s.why());
              }
              behind.addAll(here);
              yield here;
            }
            case Step.SetMark s -> set(s, here, behind);
            case Step.Effect s -> here;
            case Step.Lookup s -> lookup(rule, s, here, behind, out, depth);
            case Step.Go s -> go(rule.place(), s.target(), here, out, depth);
          };
    }
    behind.addAll(here);
    return behind;
  }

  /** Where there is no connection, there is no mark to set, nor one to read. */
  private MarkedFlows set(Step.SetMark set, MarkedFlows in, MarkedFlows behind) {
    if (situation.kind().connected()) {
      return in.remarked(set.kept(), set.flipped());
    }
    if (set.reads()) {
      behind.addAll(in);
      return new MarkedFlows(space);
    }
    return in;
  }

  private MarkedFlows match(Step.Match match, MarkedFlows in, MarkedFlows behind) {
    behind.addAll(in.map((mark, flows) -> flows.minus(matching(match, mark).sure())));
    return in.map((mark, flows) -> flows.intersect(matching(match, mark).may()));
  }

  Hit matching(Step.Match match, int mark) {
    Hit hit = cache.get(match.table(), match.key(), situation, mark, () -> hit(match, mark));
    if (!match.inverted()) {
      return hit;
    }
    FlowSet readable = readable(match.key(), mark);
    return new Hit(readable.minus(hit.sure()), readable.minus(hit.may()));
  }

  private FlowSet readable(Key key, int mark) {
    return cache.get("", key, situation, mark, () -> newlyReadable(key, mark));
  }

  private FlowSet newlyReadable(Key key, int mark) {
    Box box = rules.ends();
    for (Key.Part part : key.parts()) {
      box = box.where(part, new Values.Any(), situation, mark);
    }
    return box.in(space);
  }

  private Hit hit(Step.Match match, int mark) {
    if (match.table().fqdn().isPresent()) {
      FlowSet answered = answered(match.key(), match.table().fqdn().get(), mark);
      return new Hit(answered, answered);
    }
    return hit(boxes(elements(match.table(), match.key()), match.key(), mark));
  }

  /** A name stands for destinations; in no other field is its set understood. */
  private FlowSet answered(Key key, String fqdn, int mark) {
    Field field = key.parts().getFirst().field();
    boolean destination = field == Field.CT_DESTINATION_4 || field == Field.CT_DESTINATION_6;
    if (!destination || key.parts().getFirst().mask().isPresent()) {
      throw new UnreadableException("answers for `" + fqdn + "` looked up as `" + key.text() + "`");
    }
    return readable(key, mark).intersect(space.fqdn(fqdn));
  }

  private Hit hit(List<Box> boxes) {
    FlowSet sure = union(boxes.stream().filter(Box::sure).toList());
    FlowSet unsure = union(boxes.stream().filter(b -> !b.sure()).toList());
    return new Hit(sure.union(unsure), sure);
  }

  private List<Box> boxes(List<Table.Element> elements, Key key, int mark) {
    return elements.stream().map(e -> box(e, key, mark)).filter(b -> !b.isEmpty()).toList();
  }

  private Box box(Table.Element element, Key key, int mark) {
    return box(rules.ends(), element, key, mark);
  }

  /** All elements that some of the flows that are asked about can have the key of. */
  private List<Table.Element> elements(Table table, Key key) {
    return rules.elements().meeting(table, key, situation, rules.ends());
  }

  private Box box(Box of, Table.Element element, Key key, int mark) {
    Box box = of;
    for (int i = 0; i < key.parts().size(); i++) {
      box = box.where(key.parts().get(i), element.values().get(i), situation, mark);
    }
    return box;
  }

  /** Boxes that differ in their sources only are drawn as one, then those by destination. */
  private FlowSet union(List<Box> boxes) {
    record Rest(AddressSet end, PortSet ports, Optional<PortSet> sourcePorts, UserSet users) {}
    Map<Rest, List<AddressRange>> bySources = new LinkedHashMap<>();
    for (Box box : boxes) {
      bySources
          .computeIfAbsent(
              new Rest(box.to(), box.ports(), box.sourcePorts(), box.users()),
              r -> new ArrayList<>())
          .addAll(box.from().ranges());
    }
    Map<Rest, List<AddressRange>> byDestinations = new LinkedHashMap<>();
    bySources.forEach(
        (rest, sources) ->
            byDestinations
                .computeIfAbsent(
                    new Rest(
                        new AddressSet(sources), rest.ports(), rest.sourcePorts(), rest.users()),
                    r -> new ArrayList<>())
                .addAll(rest.end().ranges()));
    List<FlowSet> sets = new ArrayList<>();
    byDestinations.forEach(
        (rest, destinations) ->
            sets.add(
                new Box(
                        rest.end(),
                        new AddressSet(destinations),
                        rest.ports(),
                        rest.sourcePorts(),
                        rest.users(),
                        true)
                    .in(space)));
    return space.union(sets);
  }

  // --- Verdicts ---

  private MarkedFlows lookup(
      ReadChain.ReadRule rule,
      Step.Lookup lookup,
      MarkedFlows in,
      MarkedFlows behind,
      Passage out,
      int depth) {
    MarkedFlows back = new MarkedFlows(space);
    for (Map.Entry<Integer, FlowSet> entry : in.flowsByMark().entrySet()) {
      int mark = entry.getKey();
      FlowSet missing = entry.getValue();
      for (Found found : found(rule, lookup, entry.getValue(), mark)) {
        missing = missing.minus(found.hit().sure());
        FlowSet here = entry.getValue().intersect(found.hit().may());
        if (!here.isEmpty()) {
          MarkedFlows flows = MarkedFlows.of(mark, here);
          back.addAll(go(found.place(), found.target(), flows, out, depth));
        }
      }
      behind.add(mark, missing);
    }
    return back;
  }

  /** The flows that a map sends to one target. */
  record Found(String place, Target target, Hit hit) {}

  private List<Found> found(ReadChain.ReadRule rule, Step.Lookup lookup, FlowSet flows, int mark) {
    return trace == null
        ? cache.get(
            lookup,
            rules.narrowings().fields(lookup.map()),
            situation,
            mark,
            () -> found(rule, lookup, mark))
        : foundAlone(rule, lookup, flows.witness().orElseThrow(), mark);
  }

  private List<Found> found(ReadChain.ReadRule rule, Step.Lookup lookup, int mark) {
    return found(rule, lookup, mark, false);
  }

  /** The same where each chain is told apart, also from what it does. */
  List<Found> foundApart(ReadChain.ReadRule rule, Step.Lookup lookup, int mark) {
    return cache.get(lookup, lookup.key(), situation, mark, () -> found(rule, lookup, mark, true));
  }

  private List<Found> found(ReadChain.ReadRule rule, Step.Lookup lookup, int mark, boolean apart) {
    Map<Target, List<Box>> boxes = new LinkedHashMap<>();
    for (Table.Element element : elements(lookup.map(), lookup.key())) {
      Target target = element.target().orElseThrow();
      Box box = box(element, lookup.key(), mark);
      if (apart) {
        boxes.computeIfAbsent(target, t -> new ArrayList<>()).add(box);
      } else {
        addFollowed(lookup.map(), target, box, mark, boxes);
      }
    }
    List<Found> out = new ArrayList<>();
    FlowSet before = space.empty();
    for (Map.Entry<Target, List<Box>> entry : boxes.entrySet()) {
      Hit hit = hit(entry.getValue().stream().filter(b -> !b.isEmpty()).toList());
      if (hit.sure().overlaps(before)) {
        throw new UnreadableException(
            "map `" + lookup.map().name() + "` whose elements overlap with different verdicts");
      }
      before = before.union(hit.sure());
      out.add(new Found(rule.place(), entry.getKey(), hit));
    }
    return out;
  }

  /** Adds a box where chains that do the same, or only narrow, are followed as one. */
  private void addFollowed(
      Table map, Target target, Box box, int mark, Map<Target, List<Box>> out) {
    Target like = rules.likenesses().like(target);
    Optional<Narrowings.Narrowing> narrowing = rules.narrowings().of(map, like);
    out.computeIfAbsent(
            narrowing.map(Narrowings.Narrowing::target).orElse(like), t -> new ArrayList<>())
        .addAll(narrowing.map(n -> narrowed(box, n, mark)).orElse(List.of(box)));
  }

  /** The parts of a box that a chain sends on. */
  private List<Box> narrowed(Box box, Narrowings.Narrowing narrowing, int mark) {
    List<Box> out = new ArrayList<>();
    for (List<Step.Match> way : narrowing.ways()) {
      List<Box> parts = List.of(box);
      for (Step.Match match : way) {
        parts =
            parts.stream()
                .flatMap(
                    p -> match.table().elements().stream().map(e -> box(p, e, match.key(), mark)))
                .filter(p -> !p.isEmpty())
                .toList();
      }
      out.addAll(parts);
    }
    return out;
  }

  /** Each element that a single flow has the key of, and no likenesses. */
  private List<Found> foundAlone(ReadChain.ReadRule rule, Step.Lookup lookup, Flow flow, int mark) {
    List<Found> out = new ArrayList<>();
    for (Table.Element element : elements(lookup.map(), lookup.key())) {
      Box box = box(element, lookup.key(), mark);
      if (box.contains(flow)) {
        String place = rule.place() + ", element " + element.text() + " of `" + lookup.map().name();
        out.add(new Found(place + "`", element.target().orElseThrow(), hit(List.of(box))));
      }
    }
    return out;
  }

  /** What comes back from where a verdict sends packets. */
  private MarkedFlows go(String place, Target target, MarkedFlows in, Passage out, int depth) {
    if (trace != null && !in.isEmpty()) {
      trace.accept(place + ": " + target.text());
    }
    MarkedFlows nothing = new MarkedFlows(space);
    return switch (target) {
      case Target.Accept t -> {
        out.accepted().addAll(in);
        yield nothing;
      }
      case Target.Drop t -> {
        out.dropped().addAll(in);
        yield nothing;
      }
      case Target.Return t -> {
        out.returned().addAll(in);
        yield nothing;
      }
      case Target.Jump t -> enter(t.chain(), in, out, depth);
      case Target.Goto t -> {
        out.returned().addAll(enter(t.chain(), in, out, depth));
        yield nothing;
      }
    };
  }

  private MarkedFlows enter(String chain, MarkedFlows in, Passage out, int depth) {
    if (trace != null) {
      return add(chain(rules.chains().get(chain), in, depth + 1), out);
    }
    // How a packet is sorted on its way to being dropped matters to a trace only.
    if (rules.deadEnds().isDeadEnd(chain)) {
      out.dropped().addAll(in);
      return new MarkedFlows(space);
    }
    MarkedFlows back = new MarkedFlows(space);
    in.flowsByMark()
        .forEach((mark, flows) -> back.addAll(add(whole(chain, mark, depth).only(flows), out)));
    return back;
  }

  /** What a chain does to every flow there is: it treats each regardless of the others. */
  private Passage whole(String chain, int mark, int depth) {
    Set<Field> fields = rules.fields().in(chain);
    MarkedFlows all = MarkedFlows.of(mark, rules.everything());
    return cache.get(
        chain, fields, situation, mark, () -> chain(rules.chains().get(chain), all, depth + 1));
  }

  private static MarkedFlows add(Passage inner, Passage out) {
    out.accepted().addAll(inner.accepted());
    out.dropped().addAll(inner.dropped());
    return inner.returned();
  }
}
