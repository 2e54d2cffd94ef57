package io.ringfence.language;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a piece of a blueprint may look like. One description serves three: {@link ShapeCheck} holds
 * documents to it, {@link BlueprintSchema} writes it as JSON Schema, and {@link BlueprintFormatter}
 * takes the order of keys from it.
 */
sealed interface Shape {
  /**
   * Text that a pattern matches wholly; the pattern is in the part of the regular expressions that
   * Java and ECMA-262 read alike.
   *
   * @param noun what it is, as in "is no port"
   * @param example how to write it
   */
  record Text(String noun, Pattern pattern, String example) implements Shape {
    static Text of(String noun, String pattern, String example) {
      return new Text(noun, Pattern.compile(pattern), example);
    }

    boolean matches(String text) {
      return pattern.matcher(text).matches();
    }
  }

  /** One of a closed list of words. */
  record Words(String noun, List<String> words) implements Shape {
    public Words {
      words = List.copyOf(words);
    }
  }

  /**
   * A whole number, both bounds included.
   *
   * @param why what else a person needs to know of it; may be empty
   */
  record Whole(long min, long max, String why) implements Shape {
    Whole(long min, long max) {
      this(min, max, "");
    }
  }

  /** {@code true} or {@code false}. */
  record Flag() implements Shape {}

  /** Any text, number or flag. */
  record AnyScalar() implements Shape {}

  /** Where a secret is read from: {@code file} or {@code env}. */
  record SecretSource() implements Shape {
    static final Text FILE = Text.of("file", "[^\\u0000-\\u001f]{1,4096}", "keys/gateway.key");
    static final Text ENV = Text.of("environment variable", "[A-Za-z_][A-Za-z0-9_]*", "API_KEY");
  }

  /**
   * A map with these keys and no others.
   *
   * @param keysMin how many keys it has at least
   */
  record Struct(String noun, List<Field> fields, int keysMin) implements Shape {
    public Struct {
      fields = List.copyOf(fields);
    }

    List<String> keys() {
      return fields.stream().map(Field::key).toList();
    }

    Optional<Field> field(String key) {
      return fields.stream().filter(f -> f.key().equals(key)).findFirst();
    }
  }

  /** One key of a {@link Struct}. */
  record Field(String key, boolean required, Shape shape, String description) {}

  /** A map of one of several kinds, told apart by the one key that only that kind has. */
  record Variants(String noun, List<Variant> variants) implements Shape {
    public Variants {
      variants = List.copyOf(variants);
    }

    List<String> keys() {
      return variants.stream().map(Variant::key).toList();
    }
  }

  /** One kind of {@link Variants}. */
  record Variant(String key, Struct struct) {}

  /**
   * A map of things by names of the user's choosing.
   *
   * @param key what a name looks like
   */
  record Named(Text key, Shape value) implements Shape {
    /** Names that only an inline secret bears. */
    static final List<String> SECRETS =
        List.of(
            "password",
            "passwd",
            "secret",
            "token",
            "api-key",
            "api_key",
            "apikey",
            "private-key",
            "private_key");

    /** True when a value stands inline under any name, so that it could be a secret. */
    boolean inline() {
      return value instanceof Text;
    }
  }

  /**
   * A list.
   *
   * @param distinct no text stands in it twice
   */
  record Items(Shape item, int min, boolean distinct) implements Shape {}

  /** One thing, or a list. */
  record OneOr(Items list) implements Shape {}

  /** A map of one shape, or else something of another. */
  record MapOr(Shape map, Shape other) implements Shape {}

  /** A shape that stands in several places, under a name of its own in the JSON Schema. */
  record Shared(String name, Supplier<Shape> shape, String description) implements Shape {}

  /** The shape itself, where it is shared. */
  static Shape bare(Shape shape) {
    return shape instanceof Shared s ? bare(s.shape().get()) : shape;
  }

  /** The words for it, as in "takes ...". */
  default String takes() {
    return switch (this) {
      case Text s -> Said.a(s.noun()) + " such as " + s.example();
      case Words s ->
          s.words().size() == 1
              ? "the word " + Said.list(s.words())
              : "one of " + Said.list(s.words());
      case Whole s -> "a whole number from " + s.min() + " to " + s.max() + s.why();
      case Flag s -> "`true` or `false`";
      case AnyScalar s -> "text, a number, `true` or `false`";
      case SecretSource s -> "{ file: PATH } or { env: NAME }";
      case Struct s -> "a map of " + Said.list(s.keys());
      case Variants s ->
          "a map with one of "
              + s.keys().stream().map(Said::quote).collect(Collectors.joining(", "));
      case Named s -> "a map by " + s.key().noun();
      case Items s -> "a list, each item " + s.item().takes();
      case OneOr s -> s.list().item().takes() + ", or a list of them";
      case MapOr s -> s.other().takes() + ", or " + s.map().takes();
      case Shared s -> s.shape().get().takes();
    };
  }
}
