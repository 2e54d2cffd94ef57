package io.ringfence.gateway.engine.qdrant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.gateway.request.JsonFields;
import io.ringfence.gateway.request.RefusedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Types of JSON values, by name. A value is read against a type and written anew: what the type
 * does not have is refused.
 *
 * <p>INVARIANT (one reading): which alternative a value is, is told by its outermost shape, and
 * what the others would make of it is not asked.
 */
final class JsonGrammar {
  /** What becomes of values whose type has a name. */
  interface Rules {
    /**
     * The value to be written in place of one that was read.
     *
     * @param value with what is inside already read
     */
    JsonNode rewritten(String type, JsonNode value) throws RefusedException;

    /** The value of an optional field that is not there; empty leaves it out. */
    Optional<JsonNode> absent(String type) throws RefusedException;
  }

  private sealed interface Type {
    /** A type by its name, with what it stands for once the grammar is read. */
    final class Named implements Type {
      private final String name;
      private Type type;

      Named(String name) {
        this.name = name;
      }

      String name() {
        return name;
      }

      Type type() {
        return type;
      }
    }

    record Either(List<Type> alternatives) implements Type {}

    record Fields(Map<String, Field> fields) implements Type {}

    record ListOf(Type item) implements Type {}

    record MapOf(Type value) implements Type {}

    record Word(String text) implements Type {}

    record Plain(Kind kind) implements Type {}
  }

  private record Field(Type type, boolean required) {}

  private enum Kind {
    TEXT,
    INTEGER,
    NUMBER,
    FLAG,
    ANY,
    NULL
  }

  private final Map<String, Type.Named> bodies;

  private JsonGrammar(Map<String, Type.Named> bodies) {
    this.bodies = bodies;
  }

  static JsonGrammar parse(String text) {
    Parser parser = new Parser();
    text.lines().filter(l -> !l.isBlank() && !l.startsWith("#")).forEach(parser::line);
    return new JsonGrammar(parser.finished());
  }

  Set<String> names() {
    return bodies.keySet();
  }

  // --- Reading ---

  /**
   * Reads a value of the type with this name.
   *
   * @return the value to be written
   * @throws RefusedException when it is none
   */
  JsonNode read(String name, JsonNode value, Rules rules) throws RefusedException {
    return new Reading(rules).read(bodies.get(name), value, "the body");
  }

  private final class Reading {
    private final Rules rules;

    Reading(Rules rules) {
      this.rules = rules;
    }

    JsonNode read(Type type, JsonNode value, String where) throws RefusedException {
      if (!fits(type, value)) {
        throw unfit(type, value, where);
      }
      return switch (type) {
        case Type.Named named -> rules.rewritten(named.name(), read(named.type(), value, where));
        case Type.Either either -> {
          for (Type alternative : either.alternatives()) {
            if (fits(alternative, value)) {
              yield read(alternative, value, where);
            }
          }
          throw unfit(type, value, where);
        }
        case Type.Fields fields -> readFields(fields, value);
        case Type.ListOf list -> readList(list, value, where);
        case Type.MapOf map -> {
          ObjectNode out = JsonNodeFactory.instance.objectNode();
          for (Map.Entry<String, JsonNode> entry : value.properties()) {
            out.set(entry.getKey(), read(map.value(), entry.getValue(), "a value"));
          }
          yield out;
        }
        case Type.Word word -> value;
        case Type.Plain plain -> value;
      };
    }

    private JsonNode readList(Type.ListOf list, JsonNode value, String where)
        throws RefusedException {
      // Long lists of numbers are most of the bytes that pass: they are checked and kept.
      if (list.item() instanceof Type.Plain plain) {
        for (JsonNode item : value) {
          if (!fits(plain.kind(), item)) {
            throw unfit(plain, item, where);
          }
        }
        return value;
      }
      ArrayNode out = JsonNodeFactory.instance.arrayNode(value.size());
      for (JsonNode item : value) {
        out.add(read(list.item(), item, where));
      }
      return out;
    }

    private JsonNode readFields(Type.Fields type, JsonNode value) throws RefusedException {
      ObjectNode out = JsonNodeFactory.instance.objectNode();
      for (Map.Entry<String, Field> entry : type.fields().entrySet()) {
        String name = entry.getKey();
        Type fieldType = entry.getValue().type();
        JsonNode field = value.get(name);
        if (field != null && !(field.isNull() && !entry.getValue().required())) {
          out.set(name, read(fieldType, field, "`" + name + "`"));
        } else if (fieldType instanceof Type.Named named) {
          rules.absent(named.name()).ifPresent(v -> out.set(name, v));
        }
      }
      return out;
    }

    /** Says which field is unknown, where that is what is wrong. */
    private RefusedException unfit(Type type, JsonNode value, String where) {
      Set<String> known = new HashSet<>();
      fieldsOf(type, known);
      for (Map.Entry<String, JsonNode> field : value.properties()) {
        if (!known.contains(field.getKey())) {
          return JsonFields.malformed(
              "the gateway does not know the field `" + shown(field.getKey()) + "` of " + where);
        }
      }
      return JsonFields.malformed(where + " is not what this operation takes");
    }

    private void fieldsOf(Type type, Set<String> out) {
      switch (type) {
        case Type.Named named -> fieldsOf(named.type(), out);
        case Type.Either either -> either.alternatives().forEach(a -> fieldsOf(a, out));
        case Type.Fields fields -> out.addAll(fields.fields().keySet());
        case Type.ListOf list -> {}
        case Type.MapOf map -> {}
        case Type.Word word -> {}
        case Type.Plain plain -> {}
      }
    }

    private static String shown(String name) {
      return name.length() <= 64 ? name : name.substring(0, 64) + "...";
    }
  }

  // --- Shapes ---

  private boolean fits(Type type, JsonNode value) {
    return switch (type) {
      case Type.Named named -> fits(named.type(), value);
      case Type.Either either -> {
        for (Type alternative : either.alternatives()) {
          if (fits(alternative, value)) {
            yield true;
          }
        }
        yield false;
      }
      case Type.Fields fields -> value.isObject() && fitsFields(fields, value);
      case Type.ListOf list ->
          value.isArray() && (value.isEmpty() || fits(list.item(), value.get(0)));
      case Type.MapOf map -> value.isObject();
      case Type.Word word -> value.isTextual() && value.textValue().equals(word.text());
      case Type.Plain plain -> fits(plain.kind(), value);
    };
  }

  private boolean fitsFields(Type.Fields type, JsonNode value) {
    for (Map.Entry<String, Field> field : type.fields().entrySet()) {
      if (field.getValue().required()) {
        JsonNode given = value.get(field.getKey());
        if (given == null || !resembles(field.getValue().type(), given)) {
          return false;
        }
      }
    }
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      if (!type.fields().containsKey(field.getKey())) {
        return false;
      }
    }
    return true;
  }

  /** True when the value is of the type's kind, whatever is inside. */
  private boolean resembles(Type type, JsonNode value) {
    return switch (type) {
      case Type.Named named -> resembles(named.type(), value);
      case Type.Either either -> {
        for (Type alternative : either.alternatives()) {
          if (resembles(alternative, value)) {
            yield true;
          }
        }
        yield false;
      }
      case Type.Fields fields -> value.isObject();
      case Type.ListOf list -> value.isArray();
      case Type.MapOf map -> value.isObject();
      case Type.Word word -> value.isTextual();
      case Type.Plain plain -> fits(plain.kind(), value);
    };
  }

  private static boolean fits(Kind kind, JsonNode value) {
    return switch (kind) {
      case TEXT -> value.isTextual();
      case INTEGER -> value.isIntegralNumber();
      case NUMBER -> value.isNumber();
      case FLAG -> value.isBoolean();
      case ANY -> true;
      case NULL -> value.isNull();
    };
  }

  // --- The grammar's own text ---

  /** Reads a grammar. What is wrong in it is our mistake. */
  private static final class Parser {
    private static final Pattern TOKEN =
        Pattern.compile("\\s*([A-Za-z_][A-Za-z0-9_]*|'[^']*'|[{}\\[\\]|:,!=])");

    private final Map<String, Type> types = new LinkedHashMap<>();
    private final List<Type.Named> used = new ArrayList<>();
    private List<String> tokens = List.of();
    private int at;

    void line(String line) {
      tokens = tokens(line);
      at = 0;
      String name = next();
      expect("=");
      if (types.put(name, either()) != null || at != tokens.size()) {
        throw new IllegalStateException("not one type: " + line);
      }
    }

    Map<String, Type.Named> finished() {
      Map<String, Type.Named> out = new HashMap<>();
      types.keySet().forEach(name -> out.put(name, named(name)));
      for (Type.Named name : used) {
        name.type = types.get(name.name());
        if (name.type == null) {
          throw new IllegalStateException("no type `" + name.name() + "`");
        }
      }
      return out;
    }

    private static List<String> tokens(String line) {
      List<String> out = new ArrayList<>();
      Matcher matcher = TOKEN.matcher(line);
      int end = 0;
      while (matcher.lookingAt()) {
        out.add(matcher.group(1));
        end = matcher.end();
        matcher.region(end, line.length());
      }
      if (!line.substring(end).isBlank()) {
        throw new IllegalStateException("not a token: " + line.substring(end));
      }
      return out;
    }

    private Type either() {
      List<Type> out = new ArrayList<>();
      out.add(one());
      while (is("|")) {
        next();
        out.add(one());
      }
      return out.size() == 1 ? out.getFirst() : new Type.Either(List.copyOf(out));
    }

    private Type one() {
      String token = next();
      return switch (token) {
        case "{" -> fields();
        case "[" -> {
          Type item = either();
          expect("]");
          yield new Type.ListOf(item);
        }
        case "map" -> new Type.MapOf(one());
        case "text" -> new Type.Plain(Kind.TEXT);
        case "integer" -> new Type.Plain(Kind.INTEGER);
        case "number" -> new Type.Plain(Kind.NUMBER);
        case "flag" -> new Type.Plain(Kind.FLAG);
        case "any" -> new Type.Plain(Kind.ANY);
        case "null" -> new Type.Plain(Kind.NULL);
        default -> token.startsWith("'") ? word(token) : named(token);
      };
    }

    private static Type word(String token) {
      return new Type.Word(token.substring(1, token.length() - 1));
    }

    private Type.Named named(String name) {
      Type.Named out = new Type.Named(name);
      used.add(out);
      return out;
    }

    private Type fields() {
      Map<String, Field> out = new LinkedHashMap<>();
      while (!is("}")) {
        String name = next();
        boolean required = is("!");
        if (required) {
          next();
        }
        expect(":");
        out.put(name, new Field(either(), required));
        if (is(",")) {
          next();
        }
      }
      expect("}");
      return new Type.Fields(out);
    }

    private boolean is(String token) {
      return at < tokens.size() && tokens.get(at).equals(token);
    }

    private String next() {
      return tokens.get(at++);
    }

    private void expect(String token) {
      if (!next().equals(token)) {
        throw new IllegalStateException("no `" + token + "` before " + tokens.subList(at, at + 1));
      }
    }
  }
}
