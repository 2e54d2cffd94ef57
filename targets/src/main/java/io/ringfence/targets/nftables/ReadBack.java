package io.ringfence.targets.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.model.Flow;
import io.ringfence.targets.nftables.read.NftablesReader;
import io.ringfence.targets.nftables.read.Reading;
import io.ringfence.targets.nftables.read.UnreadableException;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.List;

/**
 * A ruleset compared with the blueprint: what it lets through and should not, what it blocks and
 * should not.
 *
 * @param unreadable what the reader does not understand; while there is any, nothing is proved
 * @param observed the flows that pass only because the segments at their ends observe
 */
public record ReadBack(List<String> unreadable, List<Difference> differences, FlowSet observed) {
  /** Ends the situation of flows whose packets need not pass, but leave a mark. */
  public static final String MARKED = ", and its mark";

  public ReadBack {
    unreadable = List.copyOf(unreadable);
    differences = List.copyOf(differences);
  }

  /** Whether a ruleset does more or less than the blueprint. */
  public enum Kind {
    EXCESS,
    MISSING
  }

  /**
   * Flows that a ruleset treats otherwise than the blueprint, in one situation.
   *
   * @param situation where, and which packets of the flows
   * @param witness one of the flows
   * @param trace the rules and elements that the witness goes by; the last decides
   */
  public record Difference(
      Kind kind, String situation, FlowSet flows, Flow witness, List<String> trace) {
    public Difference {
      trace = List.copyOf(trace);
    }

    /** One sentence. */
    public String text() {
      String why = trace.isEmpty() ? "" : " (by " + trace.getLast() + ")";
      return situation + ": " + witness + what() + why;
    }

    private String what() {
      return switch (kind) {
        case EXCESS ->
            situation.endsWith(MARKED)
                ? " bears a mark of what is permitted, here or by another ruleset"
                : " passes and the blueprint does not permit it";
        case MISSING -> " is stopped and the blueprint permits it";
      };
    }
  }

  /** True when the ruleset does exactly what the blueprint says. */
  public boolean faithful() {
    return unreadable.isEmpty() && differences.isEmpty();
  }

  /** What it lets through that the blueprint does not permit, wherever. */
  public FlowSet excess() {
    return all(Kind.EXCESS);
  }

  /** What it blocks that the blueprint permits, wherever. */
  public FlowSet missing() {
    return all(Kind.MISSING);
  }

  private FlowSet all(Kind kind) {
    return observed
        .space()
        .union(differences.stream().filter(d -> d.kind() == kind).map(Difference::flows).toList());
  }

  /** A sentence for each difference, or for what could not be read. */
  public List<String> sentences() {
    return unreadable.isEmpty()
        ? differences.stream().map(Difference::text).toList()
        : unreadable.stream().map(u -> "not understood: " + u).toList();
  }

  /**
   * Compares a ruleset, as emitted or as the kernel lists it.
   *
   * @param ruleset libnftables JSON that has the table
   */
  public static ReadBack compare(
      NetworkProjection projection, Placement placement, JsonNode ruleset) {
    return compare(projection, placement, ruleset, FlowSpace.of(projection.directory()));
  }

  /** The same, in a given space. */
  public static ReadBack compare(
      NetworkProjection projection, Placement placement, JsonNode ruleset, FlowSpace space) {
    Reading reading = NftablesReader.read(ruleset, NftablesRenderer.TABLE, space);
    if (!reading.problems().isEmpty()) {
      return new ReadBack(reading.problems(), List.of(), space.empty());
    }
    try {
      return new SlicedComparison(projection, placement, reading, space)
          .result(SlicedComparison.RANGES_MAX);
    } catch (UnreadableException e) {
      // Some constructs show only when packets are followed: chains that jump in a circle.
      return new ReadBack(List.of(e.getMessage()), List.of(), space.empty());
    }
  }
}
