package io.ringfence.verifier.guardrails;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Request;
import io.ringfence.verifier.operations.Grant;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.RequestWitness;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lists who is a member of no tenant and so not bound by tenant isolation. */
final class ExemptPrincipals {
  private final Subject subject;
  private final Guardrail.Isolated guardrail;

  ExemptPrincipals(Subject subject, Guardrail.Isolated guardrail) {
    this.subject = subject;
    this.guardrail = guardrail;
  }

  /** One finding per principal, with all its grants. */
  List<Finding> findings() {
    RequestWitness requests = new RequestWitness(subject);
    Map<String, Request> shown = new LinkedHashMap<>();
    Map<String, List<String>> lines = new LinkedHashMap<>();
    for (AccessRule rule : subject.rules()) {
      for (Grant grant : subject.grants().under(rule)) {
        Optional<Request> request =
            grant.tenant().isPresent() ? Optional.empty() : requests.any(grant, AddressSet.ALL);
        if (request.isPresent()) {
          shown.putIfAbsent(grant.name(), request.get());
          lines
              .computeIfAbsent(grant.name(), k -> new ArrayList<>())
              .add("rule `" + rule.name() + "` at " + rule.at() + ": " + grant.text());
        }
      }
    }
    List<Finding> out = new ArrayList<>();
    shown.forEach((name, request) -> out.add(finding(name, request, lines.get(name))));
    return out;
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
