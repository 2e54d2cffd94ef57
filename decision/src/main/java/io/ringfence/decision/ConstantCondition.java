package io.ringfence.decision;

import dev.cel.bundle.Cel;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelSource;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExprVisitor;
import dev.cel.runtime.CelEvaluationException;
import io.ringfence.model.Fact;
import java.util.List;
import java.util.Optional;

/**
 * What a condition yields whatever the facts are. What reads no fact is evaluated; over it {@code
 * &&}, {@code ||}, {@code !} and {@code ?:} are taken with the rest unknown. So what it says is
 * right, but it does not see that {@code device.risk < 1 && device.risk > 2} never holds.
 */
final class ConstantCondition {
  private final Cel cel;
  private final CelSource source;

  private ConstantCondition(Cel cel, CelSource source) {
    this.cel = cel;
    this.source = source;
  }

  /** Whether it holds always or never; empty when neither is known. */
  static Optional<Boolean> of(CelAbstractSyntaxTree condition, Cel cel) {
    ConstantCondition constant = new ConstantCondition(cel, condition.getSource());
    Optional<Boolean> value = constant.value(condition.getExpr());
    // An error is none of both to an operator, but a condition that is one never holds.
    return value.isEmpty() && !readsFact(condition.getExpr()) ? Optional.of(false) : value;
  }

  private Optional<Boolean> value(CelExpr expr) {
    if (expr.exprKind().getKind() == CelExpr.ExprKind.Kind.CALL) {
      List<CelExpr> args = expr.call().args();
      switch (expr.call().function()) {
        case "_&&_" -> {
          return both(value(args.getFirst()), value(args.getLast()), false);
        }
        case "_||_" -> {
          return both(value(args.getFirst()), value(args.getLast()), true);
        }
        case "!_" -> {
          return value(args.getFirst()).map(v -> !v);
        }
        case "_?_:_" -> {
          return value(args.getFirst()).flatMap(v -> value(v ? args.get(1) : args.get(2)));
        }
        default -> {}
      }
    }
    return readsFact(expr) ? Optional.empty() : evaluated(expr);
  }

  /** Of two, where one alone decides when it is {@code deciding}. */
  private static Optional<Boolean> both(
      Optional<Boolean> a, Optional<Boolean> b, boolean deciding) {
    Optional<Boolean> decided = Optional.of(deciding);
    if (a.equals(decided) || b.equals(decided)) {
      return decided;
    }
    return a.isPresent() && b.isPresent() ? Optional.of(!deciding) : Optional.empty();
  }

  private Optional<Boolean> evaluated(CelExpr expr) {
    try {
      CelAbstractSyntaxTree parsed = CelAbstractSyntaxTree.newParsedAst(expr, source);
      Object value = cel.createProgram(cel.check(parsed).getAst()).eval();
      return value instanceof Boolean known ? Optional.of(known) : Optional.empty();
    } catch (CelValidationException | CelEvaluationException e) {
      return Optional.empty();
    }
  }

  private static boolean readsFact(CelExpr expr) {
    FactReader reader = new FactReader();
    reader.visit(expr);
    return reader.reads;
  }

  private static final class FactReader extends CelExprVisitor {
    private boolean reads;

    @Override
    protected void visit(CelExpr expr, CelExpr.CelIdent name) {
      for (Fact fact : Fact.values()) {
        reads |= name.name().equals(fact.text());
      }
    }

    /** A fact with a dot in its name, such as {@code request.time}, is read by selecting. */
    @Override
    protected void visit(CelExpr expr, CelExpr.CelSelect select) {
      for (Fact fact : Fact.values()) {
        reads |=
            select.operand().exprKind().getKind() == CelExpr.ExprKind.Kind.IDENT
                && fact.text().startsWith(select.operand().ident().name() + ".");
      }
      super.visit(expr, select);
    }
  }
}
