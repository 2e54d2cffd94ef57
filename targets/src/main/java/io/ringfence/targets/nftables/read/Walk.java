package io.ringfence.targets.nftables.read;

import io.ringfence.targets.nftables.read.ImportedRuleset.Entry;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Follows flows through a whole ruleset in one situation, rule by rule and exactly: what is not
 * understood is a variable of its own each time that packets meet it.
 *
 * <p>INVARIANT (exact): at every point a flow is in one place only, for each way that the unknown
 * may turn out.
 */
final class Walk {
  private final FlowSpace space;
  private final ImportedRuleset ruleset;
  private final Unknowns unknowns;
  private final Set<String> without;
  private final Census census;
  private final Outcome outcome;

  /** The rules that packets were sent from to where they are, the last one first. */
  private final Deque<String> way = new ArrayDeque<>();

  private Evaluation evaluation;
  private Situation situation;
  private Meetings meetings;

  /**
   * @param without the places of rules that are left out
   * @param census told what each rule sees
   */
  Walk(ImportedRuleset ruleset, Unknowns unknowns, Set<String> without, Census census) {
    this.space = ruleset.space();
    this.ruleset = ruleset;
    this.unknowns = unknowns;
    this.without = without;
    this.census = census;
    this.outcome = Outcome.none(space);
  }

  /** Hears what each rule sees. */
  interface Census {
    Census DEAF =
        new Census() {
          @Override
          public void entered(String chain, FlowSet flows, Evaluation here) {}

          @Override
          public void met(ReadChain.ReadRule rule, FlowSet matched, FlowSet left) {}
        };

    void entered(String chain, FlowSet flows, Evaluation here);

    /**
     * What a rule does to what reaches it.
     *
     * @param matched what goes by all of its statements, or does by one what is no verdict
     * @param left what does not go on behind it
     */
    void met(ReadChain.ReadRule rule, FlowSet matched, FlowSet left);
  }

  Outcome of(Situation of, FlowSet flows) {
    return of(of, flows, Meetings.ByPlace::new);
  }

  /**
   * What becomes of flows.
   *
   * @param kinds what tells meetings with the unknown apart at each hook
   */
  Outcome of(Situation of, FlowSet flows, Function<String, Meetings> kinds) {
    return through(ImportedRuleset.hooks(of.hook()), of, flows, kinds);
  }

  /** The same at some of the hooks only, in their order. */
  Outcome through(
      List<String> hooks, Situation of, FlowSet flows, Function<String, Meetings> kinds) {
    MarkedFlows here = MarkedFlows.of(of.mark(), flows);
    for (String hook : hooks) {
      meetings = kinds.apply(hook);
      for (Entry entry : ruleset.hooked(hook)) {
        here = enter(of, entry, here);
      }
      if (hook.equals("prerouting") && ruleset.translatesDestinations()) {
        // What was dropped there under another destination is not what the filter would see.
        here.addAll(outcome.dropped());
      }
    }
    outcome.accepted().addAll(here);
    return outcome;
  }

  private MarkedFlows enter(Situation of, Entry entry, MarkedFlows in) {
    if (entry.translates() && !ImportedRuleset.opens(of)) {
      return in;
    }
    MarkedFlows past = in.map((mark, flows) -> flows.minus(entry.met()));
    MarkedFlows rest = in.only(entry.met());
    List<Situation> seen = ruleset.seenBy(entry, of);
    for (int i = 0; i < seen.size(); i++) {
      MarkedFlows part = rest;
      if (i < seen.size() - 1) {
        FlowSet so = unknowns.of(List.of(entry.chain().name(), i));
        part = rest.only(so);
        rest = rest.map((mark, flows) -> flows.minus(so));
      }
      past.addAll(base(seen.get(i), entry, part));
    }
    return past;
  }

  private MarkedFlows base(Situation seen, Entry entry, MarkedFlows in) {
    situation = seen;
    evaluation = new Evaluation(space, ruleset.evaluated(), seen, null);
    Passage passage = chain(entry.chain(), in);
    outcome.dropped().addAll(passage.dropped());
    boolean accepts = entry.chain().base().orElseThrow().acceptsByDefault();
    MarkedFlows past = new MarkedFlows(space);
    past.addAll(passage.accepted());
    (accepts ? past : outcome.dropped()).addAll(passage.returned());
    return past;
  }

  private Passage chain(ReadChain chain, MarkedFlows in) {
    Passage out = Passage.none(space);
    way.push(chain.name());
    census.entered(chain.name(), in.all(), evaluation);
    MarkedFlows here = in;
    String place = "";
    int reading = 0;
    for (ReadChain.ReadRule rule : chain.rules()) {
      if (here.isEmpty()) {
        break;
      }
      // What may decide in several ways is read as several rules at one place.
      reading = rule.place().equals(place) ? reading + 1 : 0;
      place = rule.place();
      if (!without.contains(place)) {
        way.push(place + " " + reading);
        here = rule(rule, here, out);
        way.pop();
      }
    }
    out.returned().addAll(here);
    way.pop();
    return out;
  }

  private MarkedFlows rule(ReadChain.ReadRule rule, MarkedFlows in, Passage out) {
    ruleset.trials().step();
    MarkedFlows behind = new MarkedFlows(space);
    MarkedFlows here = in;
    FlowSet matched = space.empty();
    for (int i = 0; i < rule.steps().size(); i++) {
      switch (rule.steps().get(i)) {
        case Step.Match s -> here = match(i, s, here, behind);
        case Step.Perhaps s -> {
          FlowSet so = unknowns.of(meeting(i, s, ""));
          behind.addAll(here.map((mark, flows) -> flows.minus(so)));
          here = here.only(so);
        }
        case Step.SetMark s -> here = set(s, here, behind);
        case Step.Effect s -> {
          String who = s.isRejection() ? "" : rule.place() + ": ";
          outcome.addEffect(who + s.what(), here.all());
          matched = matched.union(here.all());
        }
        case Step.Lookup s -> {
          MarkedFlows looked = here;
          here = lookup(rule, i, s, here, behind, out);
          matched = matched.union(looked.all().minus(behind.all()));
        }
        case Step.Go s -> {
          matched = matched.union(here.all());
          here = go(s.target(), here, out);
        }
      }
    }
    behind.addAll(here);
    census.met(rule, matched.union(here.all()), in.all().minus(behind.all()));
    return behind;
  }

  /** Each meeting of packets with a statement, told from all others. */
  private Object meeting(int index, Step step, Object more) {
    return meetings.of(List.copyOf(way), index, step, more);
  }

  private MarkedFlows match(int step, Step.Match match, MarkedFlows in, MarkedFlows behind) {
    MarkedFlows out = new MarkedFlows(space);
    in.flowsByMark()
        .forEach(
            (mark, flows) -> {
              FlowSet hit = decided(evaluation.matching(match, mark), step, match, "");
              out.add(mark, flows.intersect(hit));
              behind.add(mark, flows.minus(hit));
            });
    return out;
  }

  /** What matches for sure, and what does if it turns out so. */
  private FlowSet decided(Evaluation.Hit hit, int index, Step step, Object more) {
    return hit.may().equals(hit.sure())
        ? hit.sure()
        : hit.sure().union(hit.may().intersect(unknowns.of(meeting(index, step, more))));
  }

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

  private MarkedFlows lookup(
      ReadChain.ReadRule rule,
      int step,
      Step.Lookup lookup,
      MarkedFlows in,
      MarkedFlows behind,
      Passage out) {
    MarkedFlows back = new MarkedFlows(space);
    for (Map.Entry<Integer, FlowSet> entry : in.flowsByMark().entrySet()) {
      FlowSet rest = entry.getValue();
      for (Evaluation.Found found : evaluation.foundApart(rule, lookup, entry.getKey())) {
        FlowSet hit = decided(found.hit(), step, lookup, found.target()).intersect(rest);
        rest = rest.minus(hit);
        if (!hit.isEmpty()) {
          back.addAll(go(found.target(), MarkedFlows.of(entry.getKey(), hit), out));
        }
      }
      behind.add(entry.getKey(), rest);
    }
    return back;
  }

  private MarkedFlows go(Target target, MarkedFlows in, Passage out) {
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
      case Target.Jump t -> inner(t.chain(), in, out);
      case Target.Goto t -> {
        out.returned().addAll(inner(t.chain(), in, out));
        yield nothing;
      }
    };
  }

  private MarkedFlows inner(String chain, MarkedFlows in, Passage out) {
    if (in.isEmpty()) {
      return in;
    }
    Passage passage = chain(ruleset.chain(chain), in);
    out.accepted().addAll(passage.accepted());
    out.dropped().addAll(passage.dropped());
    return passage.returned();
  }
}
