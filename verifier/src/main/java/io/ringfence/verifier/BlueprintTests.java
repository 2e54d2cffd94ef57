package io.ringfence.verifier;

import io.ringfence.model.BlueprintTest;
import io.ringfence.model.Flow;
import io.ringfence.model.Listeners;
import io.ringfence.model.Place;
import io.ringfence.model.Senders;
import io.ringfence.model.Verdict;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Analysis;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Holds the blueprint's own expectations against its meaning: every flow that the ends name. */
public final class BlueprintTests implements Analysis {
  @Override
  public List<Finding> findings(Subject subject) {
    List<Finding> out = new ArrayList<>();
    List<BlueprintTest> tests = subject.blueprint().tests();
    for (int i = 0; i < tests.size(); i++) {
      BlueprintTest test = tests.get(i);
      String name = "test " + (i + 1);
      Optional<Finding> finding =
          test.via().isPresent()
              ? new GatewayTest(subject, test, name).finding()
              : ofFlows(subject, test, name);
      finding.ifPresent(out::add);
    }
    return out;
  }

  /** All of them at once, as a set; the internet has too many to try one by one. */
  private static Optional<Finding> ofFlows(Subject subject, BlueprintTest test, String name) {
    Optional<String> fqdn =
        test.to().place() instanceof Place.OfFqdn p ? Optional.of(p.fqdn()) : Optional.empty();
    List<Permit> boxes = new ArrayList<>();
    for (Senders from : subject.directory().ruleSenders(test.from().place())) {
      for (Listeners to : subject.directory().targets(test.to().place(), test.port())) {
        boxes.add(
            new Permit(
                name,
                Permit.Leg.DIRECT,
                from.addresses(),
                to.addresses(),
                fqdn,
                to.ports(),
                from.users(),
                test.at()));
      }
    }
    if (boxes.stream().allMatch(b -> subject.witnesses().flow(b).isEmpty())) {
      return Optional.of(nothing(subject, test, name));
    }
    FlowSet named = subject.space().of(boxes);
    FlowSet permitted = subject.permittedWithin(boxes);
    FlowSet wrong = test.permit() ? named.minus(permitted) : named.intersect(permitted);
    return subject.witnesses().flow(wrong).map(f -> failed(subject, test, name, f));
  }

  private static Finding failed(Subject subject, BlueprintTest test, String name, Flow flow) {
    Verdict verdict = subject.authorizer().decide(flow);
    String message = message(test, name, verdict, subject.text(flow));
    return Finding.of(Check.TEST_FAILED, name, message, test.at(), flow)
        .withDetails(verdict.trace());
  }

  /** What a test expects, what it gets, and for what. */
  static String message(BlueprintTest test, String name, Verdict verdict, String what) {
    String expected = test.permit() ? "permit" : "deny";
    return name + " expects " + expected + " and gets " + verdict.text() + " for " + what;
  }

  /** A test that names no flow holds whatever the rules say, so it tests nothing. */
  private static Finding nothing(Subject subject, BlueprintTest test, String name) {
    String message =
        name
            + " names no flow: there is none from "
            + test.from().text()
            + " to "
            + test.to().text()
            + " at "
            + test.port();
    Flow nearest =
        subject.nearest(
            subject.directory().ruleAddresses(test.from().place()),
            subject.directory().ruleAddresses(test.to().place()),
            test.port(),
            subject.space().empty());
    return Finding.of(Check.TEST_FAILED, name, message, test.at(), nearest);
  }
}
