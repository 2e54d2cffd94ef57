package io.ringfence.verifier.subject;

import io.ringfence.model.AccessRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An analysis that looks at each rule by itself. */
public abstract class RuleAnalysis implements Analysis {
  /** What it finds about one rule; other rules have no say in it. */
  protected abstract List<Finding> findings(Subject subject, AccessRule rule);

  /** Other rules, not changed themselves, about which an edit may change what is found. */
  protected Set<String> touched(Edit edit, Set<String> found) {
    return Set.of();
  }

  @Override
  public final List<Finding> findings(Subject subject) {
    return outcome(subject).findings();
  }

  @Override
  public final Outcome outcome(Subject subject) {
    Map<String, List<Finding>> found = new HashMap<>();
    subject.rules().forEach(r -> look(subject, r, found));
    return new ByRule(this, subject, found);
  }

  private void look(Subject subject, AccessRule rule, Map<String, List<Finding>> found) {
    List<Finding> own = findings(subject, rule);
    if (!own.isEmpty()) {
      found.put(rule.name(), own);
    }
  }

  /** What was found, by the names of the rules about which there is something. */
  private record ByRule(RuleAnalysis analysis, Subject subject, Map<String, List<Finding>> found)
      implements Outcome {
    @Override
    public List<Finding> findings() {
      return subject.inOrder(found);
    }

    @Override
    public Outcome after(Edit edit) {
      Map<String, List<Finding>> next = new HashMap<>(found);
      analysis.touched(edit, found.keySet()).forEach(name -> again(edit, name, next));
      edit.changed().forEach(name -> again(edit, name, next));
      return new ByRule(analysis, edit.after(), next);
    }

    private void again(Edit edit, String name, Map<String, List<Finding>> next) {
      next.remove(name);
      edit.after().directory().rule(name).ifPresent(r -> analysis.look(edit.after(), r, next));
    }
  }
}
