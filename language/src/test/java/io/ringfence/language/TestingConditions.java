package io.ringfence.language;

import io.ringfence.model.ConditionChecker;
import java.util.List;

/** Finds fault with conditions that call {@code bad}, and with no others. */
final class TestingConditions implements ConditionChecker {
  @Override
  public List<String> problems(String cel) {
    return cel.contains("bad(") ? List.of("undeclared reference to `bad`") : List.of();
  }
}
