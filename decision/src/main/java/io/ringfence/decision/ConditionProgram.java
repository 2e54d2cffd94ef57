package io.ringfence.decision;

import dev.cel.bundle.Cel;
import dev.cel.common.CelValidationException;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import io.ringfence.model.Fact;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A condition that was compiled and planned once, to be asked of many requests by many threads. It
 * holds exactly when {@link Conditions} says so of the same facts; a test compares them.
 */
public final class ConditionProgram {
  private static final Map<String, Fact> FACTS = new HashMap<>();

  static {
    for (Fact fact : Fact.values()) {
      FACTS.put(fact.text(), fact);
    }
  }

  /** Absent when the condition does not compile. */
  private final Optional<CelRuntime.Program> program;

  ConditionProgram(String condition, Cel cel) {
    program = plan(condition, cel);
  }

  private static Optional<CelRuntime.Program> plan(String condition, Cel cel) {
    try {
      return Optional.of(cel.createProgram(cel.compile(condition).getAst()));
    } catch (CelValidationException | CelEvaluationException e) {
      return Optional.empty();
    }
  }

  /** Looks facts up when a condition reads them, so that none is gathered for nothing. */
  public interface Facts {
    /** The value of a fact that is no map; null when it is absent. */
    Object value(Fact fact);

    /** All facts by dotted name, from which the entries of {@code device} and such are read. */
    Map<String, Object> dotted();
  }

  /** Whether it yields true; what cannot be evaluated does not hold. */
  public boolean holds(Facts facts) {
    if (program.isEmpty()) {
      return false;
    }
    try {
      return Boolean.TRUE.equals(program.get().eval(name -> find(name, facts)));
    } catch (CelEvaluationException e) {
      return false;
    }
  }

  private static Optional<Object> find(String name, Facts facts) {
    Fact fact = FACTS.get(name);
    if (fact == null) {
      return Optional.empty();
    }
    if (fact.type() == Fact.Type.MAP) {
      return Optional.of(new Entries(fact.text() + ".", facts.dotted()));
    }
    Object value = facts.value(fact);
    return value == null ? Optional.empty() : Optional.of(Conditions.value(value));
  }

  /** The facts whose names begin with a map's, seen as that map without copying it. */
  private static final class Entries extends AbstractMap<String, Object> {
    private final String prefix;
    private final Map<String, Object> facts;

    private Entries(String prefix, Map<String, Object> facts) {
      this.prefix = prefix;
      this.facts = facts;
    }

    @Override
    public Object get(Object key) {
      Object value = key instanceof String name ? facts.get(prefix + name) : null;
      return value == null ? null : Conditions.value(value);
    }

    @Override
    public boolean containsKey(Object key) {
      return get(key) != null;
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
      Map<String, Object> out = new LinkedHashMap<>();
      facts.forEach(
          (name, value) -> {
            if (name.startsWith(prefix)) {
              out.put(name.substring(prefix.length()), Conditions.value(value));
            }
          });
      return out.entrySet();
    }
  }
}
