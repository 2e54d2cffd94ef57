package io.ringfence.verifier.subject;

import io.ringfence.model.Flow;
import io.ringfence.model.Request;
import io.ringfence.model.SourceLocation;
import java.util.List;
import java.util.Optional;

/**
 * One thing that a check found, with a flow or request that shows it.
 *
 * @param check the {@link Check}'s words
 * @param subject the rule, guardrail, segment or workload that it is about
 * @param witness a flow that shows it; where something is absent, the nearest flow
 * @param request an operation that shows it
 * @param enforced what the machines on the witness' way do with it, once that is asked
 */
public record Finding(
    String check,
    Severity severity,
    String subject,
    String message,
    SourceLocation at,
    Optional<Flow> witness,
    Optional<Request> request,
    List<String> details,
    List<Enforced> enforced) {
  public Finding {
    details = List.copyOf(details);
    enforced = List.copyOf(enforced);
  }

  /**
   * What one machine's artifact does with a flow.
   *
   * @param machine with the way into or out of it
   * @param rules the artifact's rules and elements that the flow goes by; the last decides
   */
  public record Enforced(String machine, boolean passes, List<String> rules) {
    public Enforced {
      rules = List.copyOf(rules);
    }

    /** One line: the rule with the verdict, and the element that leads to it. */
    public String text() {
      List<String> last = rules.subList(Math.max(0, rules.size() - 2), rules.size());
      return machine + (passes ? " passes it by " : " stops it by ") + String.join("; ", last);
    }
  }

  /** A finding of which it is not known what the machines do. */
  public Finding(
      String check,
      Severity severity,
      String subject,
      String message,
      SourceLocation at,
      Optional<Flow> witness,
      Optional<Request> request,
      List<String> details) {
    this(check, severity, subject, message, at, witness, request, details, List.of());
  }

  /** A finding that a flow shows. */
  public static Finding of(
      Check check, String subject, String message, SourceLocation at, Flow witness) {
    return new Finding(
        check.text(),
        check.severity(),
        subject,
        message,
        at,
        Optional.of(witness),
        Optional.empty(),
        List.of());
  }

  /** A finding that a request shows. */
  public static Finding of(
      Check check, String subject, String message, SourceLocation at, Request request) {
    return new Finding(
        check.text(),
        check.severity(),
        subject,
        message,
        at,
        Optional.empty(),
        Optional.of(request),
        List.of());
  }

  public Finding withDetails(List<String> lines) {
    return new Finding(check, severity, subject, message, at, witness, request, lines, enforced);
  }

  /** The same, and what the machines on the witness' way do. */
  public Finding enforcedBy(List<Enforced> machines) {
    return new Finding(check, severity, subject, message, at, witness, request, details, machines);
  }
}
