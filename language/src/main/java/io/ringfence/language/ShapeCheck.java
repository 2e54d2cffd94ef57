package io.ringfence.language;

import io.ringfence.language.YamlNode.Entry;
import io.ringfence.language.YamlNode.Kind;
import io.ringfence.language.YamlNode.Mapping;
import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.language.YamlNode.Sequence;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Holds a document to its shape, and notes every node that does not fit. */
final class ShapeCheck {
  private final Problems problems;
  private final Refused refused;

  ShapeCheck(Problems problems, Refused refused) {
    this.problems = problems;
    this.refused = refused;
  }

  /**
   * Checks a node and all below it.
   *
   * @param what the words for the node: {@code `segment` of workload `web`}
   */
  void check(YamlNode aliased, Shape shape, String what) {
    YamlNode node = aliased.value();
    if (node instanceof Scalar s && s.kind() == Kind.NOTHING) {
      refuse(node, what + " has no value; it takes " + shape.takes());
      return;
    }
    switch (shape) {
      case Shape.Text s -> text(node, s, what);
      case Shape.Words s -> words(node, s, what);
      case Shape.Whole s -> whole(node, s, what);
      case Shape.Flag s -> flag(node, s, what);
      case Shape.AnyScalar s -> anyScalar(node, s, what);
      case Shape.SecretSource s -> secret(node, s, what);
      case Shape.Struct s -> ifMap(node, s, what).ifPresent(m -> struct(m, s, what));
      case Shape.Variants s -> ifMap(node, s, what).ifPresent(m -> variants(m, s, what));
      case Shape.Named s -> ifMap(node, s, what).ifPresent(m -> named(m, s, what));
      case Shape.Items s -> items(node, s, what);
      case Shape.OneOr s -> oneOr(node, s, what);
      case Shape.MapOr s -> check(node, node instanceof Mapping ? s.map() : s.other(), what);
      case Shape.Shared s -> check(node, s.shape().get(), what);
    }
  }

  private void refuse(YamlNode node, String message) {
    refused.add(node);
    problems.error(node.at(), message);
  }

  private void mismatch(YamlNode node, Shape shape, String what) {
    String is =
        switch (node) {
          case Scalar s -> scalarKind(s.kind());
          case Sequence s -> "a list";
          case Mapping s -> "a map";
          case YamlNode.Alias s -> "an alias";
        };
    String hint = looksLikeAddress(node) ? " (quote an IPv6 address)" : "";
    refuse(node, subject(what) + " is " + is + hint + "; it takes " + shape.takes());
  }

  private static String scalarKind(Kind kind) {
    return switch (kind) {
      case TEXT -> "text";
      case WHOLE, FRACTION -> "a number";
      case FLAG -> "`true` or `false`";
      case NOTHING -> "nothing";
    };
  }

  /** What YAML makes of {@code [fd00::]}: a map of {@code fd00:} to nothing. */
  private static boolean looksLikeAddress(YamlNode node) {
    return node instanceof Mapping m
        && m.entries().size() == 1
        && m.entries().getFirst().value().value() instanceof Scalar s
        && s.kind() == Kind.NOTHING
        && m.entries().getFirst().key().text().matches("[0-9a-fA-F:]*:|[0-9a-fA-F]{1,4}");
  }

  private void text(YamlNode node, Shape.Text shape, String what) {
    if (!(node instanceof Scalar s)) {
      mismatch(node, shape, what);
    } else if (!shape.matches(s.text())) {
      refuse(
          node,
          Said.quote(s.text())
              + " is no "
              + shape.noun()
              + "; write for instance "
              + shape.example());
    } else if (s.kind() != Kind.TEXT) {
      refuse(node, Said.quote(s.text()) + " is " + scalarKind(s.kind()) + " to YAML; quote it");
    }
  }

  private void words(YamlNode node, Shape.Words shape, String what) {
    if (!(node instanceof Scalar s)) {
      mismatch(node, shape, what);
    } else if (s.kind() != Kind.TEXT || !shape.words().contains(s.text())) {
      refuse(
          node,
          "unknown "
              + shape.noun()
              + " "
              + Said.quote(s.text())
              + "; "
              + Said.instead(s.text(), "known", shape.words()));
    }
  }

  private void whole(YamlNode node, Shape.Whole shape, String what) {
    if (!(node instanceof Scalar s) || (s.kind() != Kind.WHOLE && s.kind() != Kind.FRACTION)) {
      mismatch(node, shape, what);
    } else if (number(s)
        .filter(n -> n.compareTo(BigInteger.valueOf(shape.min())) >= 0)
        .filter(n -> n.compareTo(BigInteger.valueOf(shape.max())) <= 0)
        .isEmpty()) {
      refuse(node, what + " is " + Said.quote(s.text()) + "; it takes " + shape.takes());
    }
  }

  /** A scalar's whole number, if it is one; {@code 30.0} is, as in JSON Schema. */
  static Optional<BigInteger> number(Scalar scalar) {
    String text = scalar.text();
    if (text.length() > 40) {
      return Optional.empty();
    }
    if (text.startsWith("0x") || text.startsWith("0o")) {
      return Optional.of(new BigInteger(text.substring(2), text.startsWith("0x") ? 16 : 8));
    }
    try {
      BigDecimal value = new BigDecimal(text);
      return Math.abs((long) value.scale()) > 40
          ? Optional.empty()
          : Optional.of(value.toBigIntegerExact());
    } catch (ArithmeticException e) {
      return Optional.empty();
    } catch (NumberFormatException infinite) {
      return Optional.empty();
    }
  }

  private void flag(YamlNode node, Shape.Flag shape, String what) {
    if (!(node instanceof Scalar s) || s.kind() != Kind.FLAG) {
      mismatch(node, shape, what);
    }
  }

  private void anyScalar(YamlNode node, Shape.AnyScalar shape, String what) {
    boolean infinite =
        node instanceof Scalar s && s.kind() == Kind.FRACTION && s.text().matches(".*[nN].*");
    if (!(node instanceof Scalar) || infinite) {
      mismatch(node, shape, what);
    }
  }

  /** INVARIANT (no secret is printed): no message here repeats a value. */
  private void secret(YamlNode node, Shape.SecretSource shape, String what) {
    if (!(node instanceof Mapping m)) {
      refuse(node, what + " is an inline secret; write " + shape.takes());
      return;
    }
    m.entries().forEach(e -> secretEntry(e, m, what));
    if (m.entries().size() != 1) {
      refuse(node, what + " takes exactly one of `file`, `env`");
    }
  }

  private void secretEntry(Entry entry, Mapping map, String what) {
    Optional<Shape.Text> shape =
        switch (entry.key().text()) {
          case "file" -> Optional.of(Shape.SecretSource.FILE);
          case "env" -> Optional.of(Shape.SecretSource.ENV);
          default -> Optional.empty();
        };
    if (shape.isEmpty()) {
      refused.add(map);
      problems.error(
          entry.key().at(), unknownKey(entry.key().text(), List.of("file", "env"), what));
    } else if (!(entry.value().value() instanceof Scalar s)
        || s.kind() != Kind.TEXT
        || !shape.get().matches(s.text())) {
      refused.add(map);
      refuse(
          entry.value(),
          Said.quote(entry.key().text()) + " of " + what + " takes " + shape.get().takes());
    }
  }

  private Optional<Mapping> ifMap(YamlNode node, Shape shape, String what) {
    if (node instanceof Mapping map) {
      return Optional.of(map);
    }
    mismatch(node, shape, what);
    return Optional.empty();
  }

  private void struct(Mapping map, Shape.Struct shape, String what) {
    for (Entry entry : map.entries()) {
      String key = entry.key().text();
      Optional<Shape.Field> field = shape.field(key);
      if (field.isPresent()) {
        check(entry.value(), field.get().shape(), inner(key, what));
      } else {
        unknown(entry, shape.keys(), what);
      }
    }
    for (Shape.Field field : shape.fields()) {
      if (field.required() && map.get(field.key()).isEmpty()) {
        problems.error(map.at(), subject(what) + " lacks " + Said.quote(field.key()));
      }
    }
    if (map.entries().size() < shape.keysMin()) {
      refuse(map, subject(what) + " is empty; it takes " + shape.takes());
    }
  }

  private static String subject(String what) {
    return what.isEmpty() ? "the blueprint" : what;
  }

  private static String inner(String key, String what) {
    return what.isEmpty() ? Said.quote(key) : Said.quote(key) + " of " + what;
  }

  private void unknown(Entry entry, List<String> known, String what) {
    refused.add(entry.value());
    String key = entry.key().text();
    String hint = "";
    if (Shape.Named.SECRETS.contains(key) && entry.value().value() instanceof Scalar) {
      hint = " (and an inline secret: write { file: PATH } or { env: NAME } where one is taken)";
    } else if (key.equals("<<")) {
      hint = " (YAML 1.2 has no merge keys)";
    }
    problems.error(entry.key().at(), unknownKey(key, known, what) + hint);
  }

  private static String unknownKey(String key, List<String> known, String what) {
    String where = what.isEmpty() ? "" : " in " + what;
    return "unknown key " + Said.quote(key) + where + "; " + Said.instead(key, "known", known);
  }

  private void variants(Mapping map, Shape.Variants shape, String what) {
    List<Shape.Variant> chosen =
        shape.variants().stream().filter(v -> map.get(v.key()).isPresent()).toList();
    if (chosen.size() == 1) {
      struct(map, chosen.getFirst().struct(), what);
    } else if (chosen.isEmpty()) {
      noVariant(map, shape, what);
    } else {
      List<String> keys = chosen.stream().map(Shape.Variant::key).toList();
      refuse(map, what + " has " + Said.list(keys) + "; it takes one of them");
    }
  }

  /** The likely slip: the key that tells the kind is misspelt. */
  private void noVariant(Mapping map, Shape.Variants shape, String what) {
    List<String> known =
        shape.variants().stream().flatMap(v -> v.struct().keys().stream()).distinct().toList();
    List<Entry> unknown =
        map.entries().stream().filter(e -> !known.contains(e.key().text())).toList();
    unknown.forEach(e -> unknown(e, known, what));
    refused.add(map);
    if (unknown.isEmpty()) {
      refuse(map, what + " lacks one of " + Said.list(shape.keys()));
    }
  }

  private void named(Mapping map, Shape.Named shape, String what) {
    for (Entry entry : map.entries()) {
      String name = entry.key().text();
      if (!shape.key().matches(name)) {
        refused.add(entry.value());
        problems.error(
            entry.key().at(),
            Said.quote(name)
                + " is no "
                + shape.key().noun()
                + "; write for instance "
                + shape.key().example());
      } else if (shape.inline() && Shape.Named.SECRETS.contains(name)) {
        refused.add(entry.value());
        problems.error(
            entry.key().at(),
            Said.quote(name)
                + " in "
                + what
                + " reads as an inline secret; no secret stands in a blueprint");
      } else {
        check(entry.value(), shape.value(), nameOf(shape.value(), name, what));
      }
    }
  }

  private static String nameOf(Shape value, String name, String what) {
    Shape bare = Shape.bare(value);
    return switch (bare) {
      case Shape.Struct s -> s.noun() + " " + Said.quote(name);
      case Shape.Variants s -> s.noun() + " " + Said.quote(name);
      default -> inner(name, what);
    };
  }

  private void oneOr(YamlNode node, Shape.OneOr shape, String what) {
    if (node instanceof Sequence) {
      items(node, shape.list(), what);
    } else {
      check(node, shape.list().item(), what);
    }
  }

  private void items(YamlNode node, Shape.Items shape, String what) {
    if (!(node instanceof Sequence list)) {
      mismatch(node, shape, what);
      return;
    }
    if (list.items().size() < shape.min()) {
      refuse(
          node, what + " has " + list.items().size() + " items; it takes at least " + shape.min());
    }
    Set<String> seen = new HashSet<>();
    for (YamlNode item : list.items()) {
      check(item, shape.item(), itemOf(shape.item(), item, what));
      if (shape.distinct() && item.value() instanceof Scalar s && !seen.add(s.text())) {
        refuse(item, Said.quote(s.text()) + " stands twice in " + what);
      }
    }
  }

  /** An entry of a list by its own {@code name}, if it has one. */
  private static String itemOf(Shape shape, YamlNode item, String what) {
    Optional<String> noun =
        switch (Shape.bare(shape)) {
          case Shape.Struct s -> Optional.of(s.noun());
          case Shape.Variants s -> Optional.of(s.noun());
          default -> Optional.empty();
        };
    Optional<String> name =
        item.value() instanceof Mapping m
            ? m.get("name").filter(Scalar.class::isInstance).map(n -> ((Scalar) n).text())
            : Optional.empty();
    return noun.map(n -> n + name.map(t -> " " + Said.quote(t)).orElse("")).orElse(what);
  }
}
