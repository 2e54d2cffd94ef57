package io.ringfence.gateway.engine.postgresql.sql;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How many rows an expression asks for that stands behind LIMIT, or is a parameter there.
 *
 * <p>INVARIANT (no computed bound): what is understood is one number or one parameter, alone, in
 * parentheses or cast to types of numbers that change none; of everything else nobody knows how
 * much it is before the database does.
 */
public final class RowCount {
  private static final Set<String> NUMBERS = Set.of("int2", "int4", "int8", "numeric");

  private RowCount() {}

  /** Empty where it asks for nothing: NULL, which is ALL. */
  public static Optional<Node.Remark> of(Node.Group expression) {
    List<Node> nodes = expression.nodes();
    int at = 0;
    while (at < nodes.size() && isSign(nodes.get(at), "(")) {
      at++;
    }
    if (at == nodes.size() || !changesNothing(nodes.subList(at + 1, nodes.size()))) {
      return Optional.of(new Node.Remark.LimitOpen());
    }
    return switch (nodes.get(at)) {
      case Node.Literal number -> Optional.of(rows(number.text()));
      case Node.Text text when isWhole(text.value()) -> Optional.of(rows(text.value()));
      case Node.Parameter parameter -> Optional.of(new Node.Remark.LimitBy(parameter.number()));
      case Node.Word word when word.text().equals("null") -> Optional.empty();
      default -> Optional.of(new Node.Remark.LimitOpen());
    };
  }

  /** Closing parentheses and casts. */
  private static boolean changesNothing(List<Node> behind) {
    for (int i = 0; i < behind.size(); i++) {
      boolean cast =
          isSign(behind.get(i), "::") && i + 1 < behind.size() && isNumber(behind.get(i + 1));
      if (cast) {
        i++;
      } else if (!isSign(behind.get(i), ")")) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSign(Node node, String sign) {
    return node instanceof Node.Sign s && s.text().equals(sign);
  }

  /** With modifiers a type may round to more. */
  private static boolean isNumber(Node node) {
    return node instanceof Node.Type type
        && NUMBERS.contains(type.name())
        && type.schema().orElse("pg_catalog").equals("pg_catalog")
        && type.modifiers().isEmpty()
        && type.arrays() == 0;
  }

  /** A number that is not written in a few digits is one past every bound. */
  static Node.Remark.Limit rows(String number) {
    return new Node.Remark.Limit(isWhole(number) ? Integer.parseInt(number) : Integer.MAX_VALUE);
  }

  private static boolean isWhole(String text) {
    return !text.isEmpty() && Tokens.isWhole(text);
  }
}
