package io.ringfence.verifier.subject;

import java.util.ArrayList;
import java.util.List;

/** What an analysis found, and how it goes on from there when rules change. */
public interface Outcome {
  /** In the analysis' order. */
  List<Finding> findings();

  /** What the analysis finds after an edit; equal to what it would find from the start. */
  Outcome after(Edit edit);

  /** That of an analysis that begins anew after every edit. */
  static Outcome anew(Analysis analysis, Subject subject) {
    record Anew(Analysis analysis, List<Finding> findings) implements Outcome {
      @Override
      public Outcome after(Edit edit) {
        return anew(analysis, edit.after());
      }
    }
    return new Anew(analysis, analysis.findings(subject));
  }

  /** Those of several analyses, one after the other. */
  static Outcome joined(List<Outcome> outcomes) {
    record Joined(List<Outcome> outcomes) implements Outcome {
      @Override
      public List<Finding> findings() {
        List<Finding> out = new ArrayList<>();
        outcomes.forEach(o -> out.addAll(o.findings()));
        return out;
      }

      @Override
      public Outcome after(Edit edit) {
        return new Joined(outcomes.stream().map(o -> o.after(edit)).toList());
      }
    }
    return new Joined(List.copyOf(outcomes));
  }
}
