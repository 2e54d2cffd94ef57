package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.verifier.subject.Analysis;
import io.ringfence.verifier.subject.Edit;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Outcome;
import io.ringfence.verifier.subject.Subject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds rules that the others make useless, so that all found may be removed together.
 *
 * <p>Rules compare within their kind. A direct rule is covered when the flows of other direct rules
 * of the same encryption hold all of its own, exactly. A rule through a gateway is covered when
 * other rules grant together all that it grants ({@link GrantCover}); equal packets alone do not
 * cover it.
 *
 * <p>Rules are judged from the last to the first: what is kept later and what stands earlier covers
 * together.
 */
final class CoveredRules implements Analysis {
  @Override
  public List<Finding> findings(Subject subject) {
    return outcome(subject).findings();
  }

  @Override
  public Outcome outcome(Subject subject) {
    Map<String, List<Finding>> found = new HashMap<>();
    CoverJudge judge = new CoverJudge(subject, found);
    subject.rules().reversed().forEach(judge::judge);
    return new Covered(subject, found);
  }

  private record Covered(Subject subject, Map<String, List<Finding>> found) implements Outcome {
    @Override
    public List<Finding> findings() {
      return subject.inOrder(found);
    }

    /** What becomes of a rule may change what becomes of those before it that meet it. */
    @Override
    public Outcome after(Edit edit) {
      Map<String, List<Finding>> next = new HashMap<>(found);
      edit.changed().forEach(next::remove);
      CoverJudge judge = new CoverJudge(edit.after(), next);
      TreeMap<Integer, AccessRule> waiting = waiting(edit, judge);
      while (!waiting.isEmpty()) {
        AccessRule rule = waiting.pollLastEntry().getValue();
        boolean before = found.containsKey(rule.name());
        judge.judge(rule);
        if (next.containsKey(rule.name()) != before) {
          int number = edit.after().number(rule);
          for (AccessRule other : judge.touching(rule)) {
            if (edit.after().number(other) < number) {
              waiting.put(edit.after().number(other), other);
            }
          }
        }
      }
      return new Covered(edit.after(), next);
    }

    /** The changed rules, and those that they meet or met. */
    private TreeMap<Integer, AccessRule> waiting(Edit edit, CoverJudge judge) {
      TreeMap<Integer, AccessRule> out = new TreeMap<>();
      CoverJudge before = new CoverJudge(edit.before(), found);
      for (String name : edit.changed()) {
        Optional<AccessRule> was = edit.before().directory().rule(name);
        Optional<AccessRule> is = edit.after().directory().rule(name);
        is.ifPresent(r -> out.put(edit.after().number(r), r));
        was.ifPresent(r -> addKept(before.touching(r), edit.after(), out));
        is.ifPresent(r -> addKept(judge.touching(r), edit.after(), out));
      }
      return out;
    }

    private static void addKept(
        List<AccessRule> rules, Subject after, Map<Integer, AccessRule> out) {
      for (AccessRule rule : rules) {
        Optional<AccessRule> kept = after.directory().rule(rule.name());
        kept.ifPresent(r -> out.put(after.number(r), r));
      }
    }
  }
}
