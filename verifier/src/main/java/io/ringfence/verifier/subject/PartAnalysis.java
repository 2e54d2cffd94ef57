package io.ringfence.verifier.subject;

import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * An analysis that looks at parts of a blueprint which no rule makes, such as its guardrails or its
 * workloads, and in each at the rules that have flows of some boxes.
 *
 * @param <P> what tells parts apart
 */
public abstract class PartAnalysis<P> implements Analysis {
  /**
   * What is found in a part.
   *
   * @param basis the rules with no flow of these have no say in it, unless it names them
   */
  public record Found(List<Finding> findings, List<Permit> basis) {
    public Found {
      findings = List.copyOf(findings);
      basis = List.copyOf(basis);
    }
  }

  /** The parts in order, the same whatever the rules are. */
  protected abstract List<P> parts(Subject subject);

  /** Looks into the parts of a subject. */
  protected abstract Function<P, Found> look(Subject subject);

  /** Looks into the parts of an edited subject, with what of the look before is the same still. */
  protected Function<P, Found> lookAgain(Function<P, Found> before, Edit edit) {
    return look(edit.after());
  }

  /** The parts that name a changed rule, or that it names. */
  protected Predicate<P> named(Edit edit) {
    return part -> false;
  }

  @Override
  public final List<Finding> findings(Subject subject) {
    return outcome(subject).findings();
  }

  @Override
  public Outcome outcome(Subject subject) {
    Map<P, Found> found = new LinkedHashMap<>();
    Function<P, Found> look = look(subject);
    parts(subject).forEach(p -> found.put(p, look.apply(p)));
    return new ByPart<>(this, look, found);
  }

  private record ByPart<P>(PartAnalysis<P> analysis, Function<P, Found> look, Map<P, Found> found)
      implements Outcome {
    @Override
    public List<Finding> findings() {
      List<Finding> out = new ArrayList<>();
      found.values().forEach(f -> out.addAll(f.findings()));
      return out;
    }

    @Override
    public Outcome after(Edit edit) {
      Predicate<P> named = analysis.named(edit);
      List<P> touched = new ArrayList<>();
      found.forEach(
          (part, was) -> {
            if (named.test(part) || edit.meets(was.basis())) {
              touched.add(part);
            }
          });
      Function<P, Found> again = analysis.lookAgain(look, edit);
      if (touched.isEmpty()) {
        return new ByPart<>(analysis, again, found);
      }
      Map<P, Found> next = new LinkedHashMap<>(found);
      touched.forEach(p -> next.put(p, again.apply(p)));
      return new ByPart<>(analysis, again, next);
    }
  }
}
