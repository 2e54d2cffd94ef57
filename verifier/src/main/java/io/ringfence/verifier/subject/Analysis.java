package io.ringfence.verifier.subject;

import java.util.List;

/** One analysis of a blueprint: a pure function from the subject to findings, in a fixed order. */
@FunctionalInterface
public interface Analysis {
  List<Finding> findings(Subject subject);

  /** The findings, in a form that follows edits. */
  default Outcome outcome(Subject subject) {
    return Outcome.anew(this, subject);
  }
}
