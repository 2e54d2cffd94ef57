package io.ringfence.model;

import java.util.List;

/** Type-checks CEL conditions against the {@link Fact}s. */
@FunctionalInterface
public interface ConditionChecker {
  /** What is wrong with a condition, for the operator; empty when it yields a bool. */
  List<String> problems(String cel);
}
