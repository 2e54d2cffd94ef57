package io.ringfence.cli;

import io.ringfence.agent.Generation;
import io.ringfence.agent.GenerationStore;
import io.ringfence.cli.output.DiffReport;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.verifier.BlueprintDiff;
import io.ringfence.verifier.rollout.Rollout;
import io.ringfence.verifier.subject.Subject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What applying a blueprint would change against the last confirmed generation.
 *
 * @param before absent when none was confirmed yet: then nothing is enforced
 */
record PlannedChange(
    Optional<Generation> before, BlueprintDiff diff, Subject after, Rollout rollout) {
  static PlannedChange of(GenerationStore store, LoadedBlueprint loaded) {
    OptionalInt confirmed = store.state().confirmed();
    Optional<Generation> before =
        confirmed.isPresent()
            ? Optional.of(store.generation(confirmed.getAsInt()))
            : Optional.empty();
    Optional<Subject> enforced =
        before.map(g -> new Subject(BlueprintSource.ofTexts(g.sources()).directory()));
    Subject was = enforced.orElseGet(() -> new Subject(new Directory(silent(loaded.blueprint()))));
    Subject after = new Subject(loaded.directory());
    return new PlannedChange(
        before, BlueprintDiff.of(was, after), after, Rollout.of(enforced, after));
  }

  /** The same deployment, with nobody to talk to. */
  private static Blueprint silent(Blueprint b) {
    return new Blueprint(
        b.name(),
        b.segments(),
        b.workloads(),
        List.of(),
        Optional.empty(),
        b.tenants(),
        b.roles(),
        b.gateways(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        b.hosts(),
        b.routers(),
        b.links());
  }

  /** True when applying would change something: also the text of what is kept with it. */
  boolean changes(Map<String, String> sources) {
    return before.isEmpty() || !diff.isEmpty() || !sameMeaning(sources);
  }

  /** A segment, an address or a test may change without a rule doing so. */
  private boolean sameMeaning(Map<String, String> sources) {
    return before.get().sources().equals(sources);
  }

  void print(Screen out) {
    DiffReport report = new DiffReport(out);
    if (before.isEmpty()) {
      out.line("Nothing is in force here yet: whatever the network lets through passes.");
      out.line("This blueprint would let through only");
      out.line();
      report.printPermitted(diff);
    } else {
      out.line("Against generation " + before.get().number() + ", the last confirmed:");
      out.line();
      report.print(diff);
    }
    if (diff.isEmpty()) {
      out.line(out.in(Style.DIM, "No rule, guardrail, flow or operation changes."));
    }
  }
}
