package io.ringfence.conformance.proof;

import io.ringfence.model.Blueprint;
import io.ringfence.model.Protocol;
import io.ringfence.verifier.Verification;
import io.ringfence.verifier.reach.Reach;
import io.ringfence.verifier.reach.SegmentationMatrix;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a proof and an evaluation of every pair both say, so that they can be held against each
 * other.
 *
 * @param violations the flow guardrails that do not hold, each with a rule that breaks it
 * @param reached from which zone to which, and at which of the ports asked for
 */
record Answers(Set<String> violations, Set<String> reached) {

  /** A port of a protocol that is asked for. */
  record Port(Protocol protocol, int number) {
    @Override
    public String toString() {
      return number + "/" + protocol;
    }
  }

  static String violation(String guardrail, String rule) {
    return guardrail + " broken by " + rule;
  }

  static String reach(String from, String to, Port port) {
    return from + " -> " + to + " " + port;
  }

  /** What the proof says. */
  static Answers of(Verification verification, SegmentationMatrix matrix, Collection<Port> ports) {
    Set<String> violations = new TreeSet<>();
    for (Finding finding : verification.findings()) {
      if (Check.of(finding.check()) == Check.GUARDRAIL_VIOLATED) {
        violations.add(violation(finding.subject(), breaking(verification, finding)));
      }
    }
    Set<String> reached = new TreeSet<>();
    for (String from : matrix.zones()) {
      for (String to : matrix.zones()) {
        Reach reach = matrix.cell(from, to);
        for (Port port : ports) {
          if (reach.ports().contains(port.protocol(), port.number())) {
            reached.add(reach(from, to, port));
          }
        }
      }
    }
    return new Answers(violations, reached);
  }

  /** The rule that a finding's message names. */
  private static String breaking(Verification verification, Finding finding) {
    Blueprint blueprint = verification.subject().blueprint();
    return blueprint.rules().stream()
        .map(r -> r.name())
        .filter(name -> finding.message().contains("rule `" + name + "`"))
        .findFirst()
        .orElseThrow();
  }
}
