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
 */
public record Finding(
    String check,
    Severity severity,
    String subject,
    String message,
    SourceLocation at,
    Optional<Flow> witness,
    Optional<Request> request,
    List<String> details) {
  public Finding {
    details = List.copyOf(details);
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
    return new Finding(check, severity, subject, message, at, witness, request, lines);
  }
}
