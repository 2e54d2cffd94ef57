package io.ringfence.decision;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelBuilder;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import io.ringfence.model.ConditionChecker;
import io.ringfence.model.Fact;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CEL conditions over the {@link Fact}s; times are UTC. A condition that cannot be evaluated does
 * not hold.
 *
 * @see <a href="https://github.com/google/cel-spec">the CEL specification</a>
 */
public final class Conditions implements ConditionChecker {
  /** So many elements one evaluation looks at in all; past it, the condition does not hold. */
  static final int ITERATIONS_MAX = 10_000;

  private static final Pattern FACT =
      Pattern.compile("\\b(request|principal|session|device|claims)\\.[A-Za-z_][A-Za-z0-9_]*");

  /** Numbers of different types compare by value, as the CEL specification has it. */
  private static final CelOptions OPTIONS =
      CelOptions.current()
          .enableHeterogeneousNumericComparisons(true)
          .comprehensionMaxIterations(Conditions.ITERATIONS_MAX)
          .build();

  /**
   * Those that look at each of a list. {@code has} is not among them: what it asks is whether a
   * fact is absent, and an absent fact denies.
   */
  private static final List<CelStandardMacro> MACROS =
      List.of(CelStandardMacro.EXISTS, CelStandardMacro.ALL, CelStandardMacro.EXISTS_ONE);

  private Cel cel;
  private Cel planner;

  @Override
  public List<String> problems(String condition) {
    try {
      cel().compile(condition).getAst();
      return List.of();
    } catch (CelValidationException e) {
      return e.getErrors().stream().map(CelIssue::getMessage).toList();
    }
  }

  /** A condition made ready once; one that does not compile never holds. */
  public synchronized ConditionProgram program(String condition) {
    if (planner == null) {
      planner = declare(CelFactory.plannerCelBuilder());
    }
    return new ConditionProgram(condition, planner);
  }

  /**
   * What a condition yields whatever the facts are: whether it holds always or never; empty when
   * that depends on facts, or is not told by its operators alone.
   */
  public Optional<Boolean> constant(String condition) {
    try {
      return ConstantCondition.of(cel().compile(condition).getAst(), cel());
    } catch (CelValidationException e) {
      return Optional.of(false);
    }
  }

  /** Why a condition does not hold of these facts, naming the absent ones; empty when it holds. */
  Optional<String> refusal(String condition, Map<String, Object> facts) {
    try {
      Object result =
          cel().createProgram(cel().compile(condition).getAst()).eval(activation(facts));
      return Boolean.TRUE.equals(result)
          ? Optional.empty()
          : Optional.of(absent(condition, facts).orElse("condition `" + condition + "` is false"));
    } catch (CelValidationException | CelEvaluationException e) {
      return Optional.of(
          absent(condition, facts).orElse("condition `" + condition + "` cannot be evaluated"));
    }
  }

  private static Optional<String> absent(String condition, Map<String, Object> facts) {
    TreeSet<String> missing = new TreeSet<>();
    Matcher named = FACT.matcher(condition);
    while (named.find()) {
      if (!facts.containsKey(named.group())) {
        missing.add("`" + named.group() + "`");
      }
    }
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("fact " + String.join(", ", missing) + " is absent");
  }

  private static Map<String, Object> activation(Map<String, Object> facts) {
    Map<String, Object> out = new HashMap<>();
    for (Fact fact : Fact.values()) {
      if (fact.type() == Fact.Type.MAP) {
        out.put(fact.text(), entries(fact.text() + ".", facts));
      } else if (facts.containsKey(fact.text())) {
        out.put(fact.text(), value(facts.get(fact.text())));
      }
    }
    return out;
  }

  private static Map<String, Object> entries(String prefix, Map<String, Object> facts) {
    Map<String, Object> out = new HashMap<>();
    facts.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            out.put(name.substring(prefix.length()), value(value));
          }
        });
    return out;
  }

  static Object value(Object fact) {
    return switch (fact) {
      case Instant i ->
          Timestamp.newBuilder().setSeconds(i.getEpochSecond()).setNanos(i.getNano()).build();
      case java.time.Duration d ->
          Duration.newBuilder().setSeconds(d.getSeconds()).setNanos(d.getNano()).build();
      case Integer i -> i.longValue();
      default -> fact;
    };
  }

  /** Built at the first condition: most commands on most blueprints never need it. */
  private synchronized Cel cel() {
    if (cel == null) {
      cel = declare(CelFactory.standardCelBuilder());
    }
    return cel;
  }

  private static Cel declare(CelBuilder builder) {
    builder.setResultType(SimpleType.BOOL).setOptions(OPTIONS).setStandardMacros(MACROS);
    for (Fact fact : Fact.values()) {
      builder.addVar(fact.text(), type(fact));
    }
    return builder.build();
  }

  private static CelType type(Fact fact) {
    return switch (fact.type()) {
      case BOOL -> SimpleType.BOOL;
      case STRING -> SimpleType.STRING;
      case TIMESTAMP -> SimpleType.TIMESTAMP;
      case DURATION -> SimpleType.DURATION;
      case MAP -> MapType.create(SimpleType.STRING, SimpleType.DYN);
    };
  }
}
