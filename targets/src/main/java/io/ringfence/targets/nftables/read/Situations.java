package io.ringfence.targets.nftables.read;

import io.ringfence.targets.nftables.read.Situation.Hook;
import io.ringfence.targets.nftables.read.Situation.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Every situation that some rulesets can tell from another: by interfaces, how packets belong to
 * their connections, direction, marks and flags. One stands for all that no rule tells apart.
 */
final class Situations {
  /** The most that are looked at; each costs a walk through the whole ruleset. */
  static final int SITUATIONS_MAX = 1 << 14;

  /** What a rule may ask of the connection that a packet is of. */
  private static final Set<Field> OF_CONNECTION =
      EnumSet.of(
          Field.CT_PROTOCOL,
          Field.CT_SOURCE_4,
          Field.CT_SOURCE_6,
          Field.CT_DESTINATION_4,
          Field.CT_DESTINATION_6,
          Field.CT_PORT);

  private final List<ImportedRuleset> rulesets;
  private final Set<Field> fields = EnumSet.noneOf(Field.class);
  private final Set<Integer> marks = new TreeSet<>();
  private final Set<Integer> flags = new TreeSet<>();
  private final Set<List<Object>> seen = new HashSet<>();
  private final List<Situation> found = new ArrayList<>();

  private Situations(List<ImportedRuleset> rulesets) {
    this.rulesets = rulesets;
    List<Integer> everyFlags = IntStream.range(0, 256).boxed().toList();
    for (ImportedRuleset ruleset : rulesets) {
      FieldsRead read = new FieldsRead(ruleset.chains());
      ruleset.chains().keySet().forEach(c -> fields.addAll(read.in(c)));
      marks.addAll(ruleset.reading().marks());
      flags.addAll(ruleset.reading().flagClasses(everyFlags));
    }
  }

  /**
   * All of them.
   *
   * @throws UnreadableException when there are more than {@link #SITUATIONS_MAX}
   */
  static List<Situation> of(ImportedRuleset... rulesets) {
    Situations out = new Situations(List.of(rulesets));
    out.atHooks(out::addKinds);
    return List.copyOf(out.found);
  }

  /** Those of packets that open connections. */
  static List<Situation> firsts(ImportedRuleset... rulesets) {
    Situations out = new Situations(List.of(rulesets));
    out.atHooks((hook, in, leaving) -> out.add(Situation.first(hook, in, leaving)));
    return List.copyOf(out.found);
  }

  private interface Gate {
    void at(Hook hook, String in, String out);
  }

  private void atHooks(Gate gate) {
    Set<String> ins = interfaces(true);
    Set<String> outs = interfaces(false);
    for (String in : ins) {
      gate.at(Hook.INPUT, in, "");
      outs.stream()
          .filter(o -> !in.equals(Situation.LOOPBACK) && !o.equals(Situation.LOOPBACK))
          .forEach(out -> gate.at(Hook.FORWARD, in, out));
    }
    outs.forEach(out -> gate.at(Hook.OUTPUT, "", out));
  }

  private Set<String> interfaces(boolean in) {
    Set<String> out = new TreeSet<>();
    rulesets.forEach(r -> out.addAll(in ? r.inInterfaces() : r.outInterfaces()));
    out.add(Situation.LOOPBACK);
    return out;
  }

  private void addKinds(Hook hook, String in, String out) {
    for (Kind kind : Kind.values()) {
      for (int mark : kind.connected() && kind != Kind.NEW ? marks : Set.of(0)) {
        add(Situation.of(hook, in, out, kind, false, mark));
        if (kind == Kind.ESTABLISHED || kind == Kind.ERROR) {
          add(Situation.of(hook, in, out, kind, true, mark));
        }
      }
    }
  }

  /**
   * An error bears whatever addresses; where no rule asks for those of its connection, flows of all
   * addresses stand for all errors.
   */
  private void add(Situation situation) {
    if (!situation.addressed()) {
      add(situation.addressedAsItsFlow());
      if (fields.stream().noneMatch(OF_CONNECTION::contains)) {
        return;
      }
    }
    if (situation.tcpFlags().isPresent()) {
      keep(situation);
    } else {
      flags.forEach(f -> keep(situation.flagged(f)));
    }
  }

  private void keep(Situation situation) {
    List<Object> told = new ArrayList<>(List.of(situation.hook()));
    told.add(ImportedRuleset.opens(situation));
    told.add(situation.kind().connected());
    told.add(situation.kind() == Kind.UNTRACKED);
    told.add(situation.mark());
    fields.forEach(f -> told.add(Evaluation.Cache.circumstance(f, situation, situation.mark())));
    if (seen.add(told)) {
      if (found.size() == SITUATIONS_MAX) {
        throw new UnreadableException(
            "rules tell more than " + SITUATIONS_MAX + " situations of packets apart");
      }
      found.add(situation);
    }
  }
}
