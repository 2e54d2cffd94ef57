package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Action;
import io.ringfence.model.AddressSet;
import io.ringfence.model.PortSet;
import io.ringfence.model.Request;
import io.ringfence.verifier.operations.Grant;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.RequestWitness;
import io.ringfence.verifier.subject.RuleAnalysis;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds rules whose role acts on collections that the rule does not name. */
final class UnboundedRoles extends RuleAnalysis {
  @Override
  protected List<Finding> findings(Subject subject, AccessRule rule) {
    boolean acts =
        rule.role()
            .map(subject.blueprint().roles()::get)
            .filter(r -> r.actions().stream().anyMatch(Action::onCollection))
            .isPresent();
    return acts && rule.collections().isEmpty() ? List.of(finding(subject, rule)) : List.of();
  }

  private static Finding finding(Subject subject, AccessRule rule) {
    String message =
        "rule `"
            + rule.name()
            + "` gives role `"
            + rule.role().orElseThrow()
            + "` without `collections`, so it covers all that "
            + (rule.allTenants() ? "every tenant owns" : "its tenant owns");
    return show(subject, Check.ROLE_WITHOUT_COLLECTIONS, rule, message);
  }

  /** Shown by a request that the rule grants; if it grants none, by a flow near to it. */
  static Finding show(Subject subject, Check check, AccessRule rule, String message) {
    RequestWitness requests = new RequestWitness(subject);
    List<String> lines = new ArrayList<>();
    Optional<Request> shown = Optional.empty();
    for (Grant grant : subject.grants().under(rule)) {
      Optional<Request> request = requests.any(grant, AddressSet.ALL);
      if (request.isPresent()) {
        lines.add("`" + grant.name() + "`: " + grant.text());
        shown = shown.or(() -> request);
      }
    }
    if (shown.isPresent()) {
      String example = message + ": " + subject.text(shown.get());
      return Finding.of(check, rule.name(), example, rule.at(), shown.get()).withDetails(lines);
    }
    return Finding.of(
        check,
        rule.name(),
        message + "; as it stands it grants nobody anything",
        rule.at(),
        subject
            .witnesses()
            .flow(subject.flows(rule))
            .orElseGet(
                () ->
                    subject.nearest(
                        AddressSet.EMPTY, AddressSet.EMPTY, PortSet.ALL, subject.flows(rule))));
  }
}
