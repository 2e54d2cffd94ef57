package io.ringfence.targets.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.model.Flow;
import io.ringfence.targets.nftables.read.NftablesReader;
import io.ringfence.targets.nftables.read.Reading;
import io.ringfence.targets.nftables.read.Situation;
import io.ringfence.targets.nftables.read.Situation.Hook;
import io.ringfence.targets.nftables.read.UnreadableException;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What changes from one ruleset of ours to another: flows whose first packets only one of them lets
 * through, at every way into, out of and through a machine. Sets that answers to names fill are
 * taken as they are.
 *
 * @param unreadable what is not understood of either; while there is any, nothing is known
 */
public record ArtifactDiff(List<String> unreadable, List<Change> changes) {
  private static final String OTHER = "other";

  public ArtifactDiff {
    unreadable = List.copyOf(unreadable);
    changes = List.copyOf(changes);
  }

  /**
   * Flows that only one of the two lets through at one place.
   *
   * @param before the rules that the witness goes by in the first
   * @param after the same in the second
   */
  public record Change(
      boolean opened, String gate, Flow witness, List<String> before, List<String> after) {
    public Change {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }
  }

  /** Compares two rulesets in libnftables JSON, as emitted or as the kernel lists them. */
  public static ArtifactDiff of(JsonNode before, JsonNode after) {
    FlowSpace space = new FlowSpace(List.of());
    Reading was = NftablesReader.read(before, NftablesRenderer.TABLE, space);
    Reading is = NftablesReader.read(after, NftablesRenderer.TABLE, space);
    List<String> unreadable = new ArrayList<>(was.problems());
    unreadable.addAll(is.problems());
    if (!unreadable.isEmpty()) {
      return new ArtifactDiff(unreadable, List.of());
    }
    try {
      List<Change> changes = new ArrayList<>();
      gates(was, is).forEach(g -> compare(g, was, is, space.all(), changes));
      return new ArtifactDiff(List.of(), changes);
    } catch (UnreadableException e) {
      return new ArtifactDiff(List.of(e.getMessage()), List.of());
    }
  }

  /** First packets by every interface that either tells apart, by another one, and by loopback. */
  private static List<Situation> gates(Reading was, Reading is) {
    Set<String> ins = new TreeSet<>(was.inInterfaces());
    ins.addAll(is.inInterfaces());
    Set<String> outs = new TreeSet<>(was.outInterfaces());
    outs.addAll(is.outInterfaces());
    ins.add(another(ins));
    outs.add(another(outs));
    List<Situation> gates = new ArrayList<>();
    ins.forEach(in -> gates.add(Situation.first(Hook.INPUT, in, "")));
    gates.add(Situation.first(Hook.INPUT, Situation.LOOPBACK, ""));
    outs.forEach(out -> gates.add(Situation.first(Hook.OUTPUT, "", out)));
    gates.add(Situation.first(Hook.OUTPUT, "", Situation.LOOPBACK));
    for (String in : ins) {
      outs.forEach(out -> gates.add(Situation.first(Hook.FORWARD, in, out)));
    }
    return gates;
  }

  private static String another(Set<String> interfaces) {
    String another = OTHER;
    while (interfaces.contains(another)) {
      another += "-";
    }
    return another;
  }

  private static void compare(
      Situation gate, Reading was, Reading is, FlowSet all, List<Change> changes) {
    FlowSet before = was.pass(gate, all).accepted().all();
    FlowSet after = is.pass(gate, all).accepted().all();
    add(true, gate, was, is, after.minus(before), changes);
    add(false, gate, was, is, before.minus(after), changes);
  }

  private static void add(
      boolean opened,
      Situation gate,
      Reading was,
      Reading is,
      FlowSet different,
      List<Change> changes) {
    if (different.isEmpty()) {
      return;
    }
    Flow witness = different.witness().orElseThrow();
    FlowSet one = different.intersect(ArtifactTraces.exactly(different.space(), witness));
    changes.add(
        new Change(
            opened,
            text(gate),
            witness,
            ArtifactTraces.decisive(was.trace(gate, one)),
            ArtifactTraces.decisive(is.trace(gate, one))));
  }

  private static String text(Situation gate) {
    return switch (gate.hook()) {
      case INPUT -> "input by `" + gate.inInterface() + "`";
      case OUTPUT -> "output by `" + gate.outInterface() + "`";
      case FORWARD -> "forward from `" + gate.inInterface() + "` to `" + gate.outInterface() + "`";
    };
  }
}
