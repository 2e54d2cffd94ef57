package io.ringfence.verifier.guardrails;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Request;
import io.ringfence.verifier.operations.Grant;
import io.ringfence.verifier.subject.Analysis;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Edit;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Outcome;
import io.ringfence.verifier.subject.RequestWitness;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lists who is a member of no tenant and so not bound by tenant isolation. */
record ExemptPrincipals(Guardrail.Isolated guardrail) implements Analysis {
  @Override
  public List<Finding> findings(Subject subject) {
    return outcome(subject).findings();
  }

  @Override
  public Outcome outcome(Subject subject) {
    Map<String, List<Exempt>> byRule = new HashMap<>();
    subject.rules().forEach(r -> look(subject, r, byRule));
    return new ByRule(this, subject, byRule);
  }

  /** What a rule grants to somebody who is a member of no tenant. */
  private record Exempt(Grant grant, Request request) {}

  private static void look(Subject subject, AccessRule rule, Map<String, List<Exempt>> byRule) {
    List<Exempt> out = new ArrayList<>();
    for (Grant grant : subject.grants().under(rule)) {
      if (grant.tenant().isEmpty()) {
        new RequestWitness(subject)
            .any(grant, AddressSet.ALL)
            .ifPresent(r -> out.add(new Exempt(grant, r)));
      }
    }
    if (!out.isEmpty()) {
      byRule.put(rule.name(), out);
    }
  }

  /** One finding per principal, with all its grants. */
  private record ByRule(
      ExemptPrincipals analysis, Subject subject, Map<String, List<Exempt>> byRule)
      implements Outcome {
    @Override
    public List<Finding> findings() {
      Map<String, Request> shown = new LinkedHashMap<>();
      Map<String, List<String>> lines = new LinkedHashMap<>();
      for (Exempt exempt : subject.inOrder(byRule)) {
        Grant grant = exempt.grant();
        AccessRule rule = grant.rule();
        shown.putIfAbsent(grant.name(), exempt.request());
        lines
            .computeIfAbsent(grant.name(), k -> new ArrayList<>())
            .add("rule `" + rule.name() + "` at " + rule.at() + ": " + grant.text());
      }
      List<Finding> out = new ArrayList<>();
      shown.forEach((name, request) -> out.add(analysis.finding(name, request, lines.get(name))));
      return out;
    }

    @Override
    public Outcome after(Edit edit) {
      Map<String, List<Exempt>> next = new HashMap<>(byRule);
      for (String name : edit.changed()) {
        next.remove(name);
        Optional<AccessRule> rule = edit.after().directory().rule(name);
        rule.ifPresent(r -> look(edit.after(), r, next));
      }
      return new ByRule(analysis, edit.after(), next);
    }
  }

  private Finding finding(String name, Request request, List<String> lines) {
    String message =
        "`"
            + name
            + "` is a member of no tenant, so guardrail `"
            + guardrail.name()
            + "` does not bind it";
    return Finding.of(Check.EXEMPT_PRINCIPAL, name, message, guardrail.at(), request)
        .withDetails(lines);
  }
}
