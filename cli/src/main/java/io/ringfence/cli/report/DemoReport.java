package io.ringfence.cli.report;

import io.ringfence.cli.graph.GraphView;
import io.ringfence.cli.graph.SegmentGraph;
import io.ringfence.model.SourceLocation;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one run of the demo saw, from the attack before to the queries after; all that the report
 * says, and nothing else.
 *
 * @param before what could connect to what before enforcement
 * @param after the same after it
 * @param openBefore the pairs of the graph's nodes that {@code before} counts
 * @param kernel what the kernel did, or why it was not asked
 * @param next what to do now, most useful first
 */
public record DemoReport(
    About about,
    Connectivity before,
    Connectivity after,
    SegmentGraph graph,
    Set<GraphView.Pair> openBefore,
    SegmentationMatrix matrix,
    List<Finding> findings,
    List<Guardrail> guardrails,
    BlastRadius blastBefore,
    BlastRadius blastAfter,
    Attack attackBefore,
    Attack attackAfter,
    Kernel kernel,
    Database database,
    List<Residue> residue,
    List<NextStep> next) {
  public DemoReport {
    openBefore = Set.copyOf(openBefore);
    findings = List.copyOf(findings);
    guardrails = List.copyOf(guardrails);
    residue = List.copyOf(residue);
    next = List.copyOf(next);
  }

  /**
   * What was run, where and when; each a phrase for people.
   *
   * @param deployment the blueprint's name
   * @param source its file
   * @param machine kernel and nftables, with versions
   */
  public record About(
      String deployment, String source, String version, String machine, String date) {}

  /**
   * How much of what could be open is.
   *
   * @param pairs connections tried when measured, else pairs of a source and a destination
   * @param measured true when real connections were tried, false when the model says so
   */
  public record Connectivity(int open, int pairs, boolean measured) {}

  /** How grave a finding is. */
  public enum Severity {
    ERROR,
    WARNING,
    NOTE
  }

  /**
   * What the proof or lint found.
   *
   * @param check the check's name
   * @param witness one concrete flow or request that shows it
   */
  public record Finding(
      Severity severity,
      String check,
      String message,
      SourceLocation at,
      Optional<String> witness) {}

  /**
   * A guardrail and whether it holds.
   *
   * @param meaning what it demands, in words
   * @param witness a flow that breaks it; absent when proved
   */
  public record Guardrail(
      String name, String meaning, boolean proved, SourceLocation at, Optional<String> witness) {}

  /**
   * What falls once a workload is compromised, by the model.
   *
   * @param view what to draw
   * @param reached everything reached, nearest first
   */
  public record BlastRadius(String start, GraphView.BlastRadius view, List<Reached> reached) {
    public BlastRadius {
      reached = List.copyOf(reached);
    }
  }

  /** What kind of thing is reached. */
  public enum Kind {
    WORKLOAD,
    OUTSIDE,
    COLLECTION
  }

  /**
   * Something reached.
   *
   * @param path the hops that lead there, both ends included
   * @param how by which rule, for which actions, or that nothing is in the way
   */
  public record Reached(Kind kind, String name, List<String> path, String how) {
    public Reached {
      path = List.copyOf(path);
    }
  }

  /** A breach as it was played, step by step. */
  public record Attack(String from, List<Step> steps) {
    public Attack {
      steps = List.copyOf(steps);
    }

    /** How many steps got further than the blueprint's rules permit. */
    public long succeeded() {
      return steps.stream().filter(s -> s.result() == Result.SUCCEEDED).count();
    }
  }

  /** What came of a step. */
  public enum Result {
    /** It got what no rule of the blueprint gives. */
    SUCCEEDED,
    /** It got what a rule gives anybody at that place, and no more. */
    AS_PERMITTED,
    STOPPED
  }

  /**
   * One thing the attacker tried.
   *
   * @param technique scan, pivot, spoof, exfiltrate and the like
   * @param aim what it was after
   * @param path the hops, the attacker's first foothold included
   * @param outcome what came of it, in words
   * @param stoppedBy the guardrail or default that denied it, when something did
   */
  public record Step(
      String technique,
      String aim,
      List<String> path,
      Result result,
      String outcome,
      Optional<String> stoppedBy) {
    public Step {
      path = List.copyOf(path);
    }
  }

  /** The kernel's part. */
  public sealed interface Kernel {
    /** The rules were loaded and real packets sent. */
    record Observed(
        String generation,
        int tables,
        List<Agreement> probe,
        List<String> disagreements,
        List<Counter> counters,
        List<Denied> denied)
        implements Kernel {
      public Observed {
        probe = List.copyOf(probe);
        disagreements = List.copyOf(disagreements);
        counters = List.copyOf(counters);
        denied = List.copyOf(denied);
      }

      public int tried() {
        return probe.stream().mapToInt(Agreement::tried).sum();
      }

      public int agreed() {
        return probe.stream().mapToInt(Agreement::agreed).sum();
      }
    }

    /** No root or no nftables: the reason, as one sentence. */
    record NotAsked(String reason) implements Kernel {}
  }

  /** Connections of one sort that were tried, and for how many kernel and model agreed. */
  public record Agreement(String sort, int tried, int agreed) {}

  /** What a rule let pass. */
  public record Counter(String rule, SourceLocation at, long packets, long bytes) {}

  /**
   * Denied flows from the kernel's log.
   *
   * @param by the guardrail's name, or {@code default-deny/SEGMENT}
   * @param sample one of them
   */
  public record Denied(String by, String sample, long count) {}

  /**
   * The real database and what it was asked.
   *
   * @param engine with its version
   * @param holds what was put into it
   */
  public record Database(String engine, String holds, List<Query> queries) {
    public Database {
      queries = List.copyOf(queries);
    }
  }

  /**
   * One query, asked before and after.
   *
   * @param who who asks, along which way
   * @param legitimate true when some rule permits it
   */
  public record Query(String who, String asked, boolean legitimate, Answer before, Answer after) {}

  /** What came back. */
  public record Answer(boolean answered, String text) {}

  /**
   * A part of a rule that no packet filter can enforce.
   *
   * @param part what it limits: role, collections, condition
   * @param enforcer who is to enforce it instead
   * @param enforced whether that is so today
   */
  public record Residue(
      String rule, String part, String enforcer, boolean enforced, SourceLocation at) {}

  /** Something to do now, and the command that does it, if one does. */
  public record NextStep(String what, Optional<String> command) {}
}
