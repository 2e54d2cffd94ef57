package io.ringfence.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.ringfence.model.testing.Dice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JSON Schema and the structural check of loading accept and refuse the same documents. */
class SchemaAgreementTest {
  private static final List<String> ACCEPTED =
      List.of("rag-platform.yaml", "everything.yaml", "base.yaml");
  private static final int MUTANTS = 2_000;

  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(BlueprintSchema.json(), InputFormat.JSON);

  @Test
  void theSchemaIsAValidSchema() {
    Schema meta =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(
                com.networknt.schema.SchemaLocation.of(
                    SpecificationVersion.DRAFT_2020_12.getDialectId()));
    assertEquals(List.of(), meta.validate(BlueprintSchema.json(), InputFormat.JSON));
  }

  @Test
  void theSchemaIsTheSameEachTime() {
    assertEquals(BlueprintSchema.json(), BlueprintSchema.json());
  }

  @Test
  void everyKeyOfTheSchemaIsDescribed() {
    assertEquals(List.of(), undescribed(BlueprintShape.ROOT, ""));
  }

  private static List<String> undescribed(Shape shape, String path) {
    List<String> out = new ArrayList<>();
    if (Shape.bare(shape) instanceof Shape.Struct struct) {
      for (Shape.Field field : struct.fields()) {
        if (!field.description().endsWith(".")) {
          out.add(path + "/" + field.key());
        }
        out.addAll(undescribed(field.shape(), path + "/" + field.key()));
      }
    }
    return out;
  }

  @ParameterizedTest
  @ValueSource(strings = {"rag-platform.yaml", "everything.yaml", "base.yaml"})
  void bothAccept(String file) {
    String json = TestingJson.text(document(file));
    assertEquals(List.of(), SCHEMA.validate(json, InputFormat.JSON));
    assertEquals(List.of(), structural(json));
  }

  /** Every bad document that is YAML at all. */
  @ParameterizedTest
  @ValueSource(strings = {"bad/yaml.txt", "bad/structure.txt", "bad/meaning.txt"})
  void bothJudgeTheBadDocumentsAlike(String file) {
    int judged = 0;
    for (String block : ("\n" + Texts.resource(file)).split("\n=== ", -1)) {
      if (block.isBlank()) {
        continue;
      }
      String title = block.substring(0, block.indexOf('\n'));
      String text = block.substring(block.indexOf('\n') + 1, block.indexOf(">>>"));
      String whole = title.endsWith("(alone)") ? text : "ringfence: v1\n" + text;
      Problems problems = new Problems(List.of());
      Optional<YamlNode> root = YamlReader.read(new SourceFile("bad.yaml", whole), problems);
      if (root.isPresent() && problems.errors() == 0) {
        assertAlike(title, TestingJson.text(TestingJson.of(root.get())));
        judged++;
      }
    }
    assertTrue(judged >= 5, "only " + judged + " documents judged");
  }

  /** Most mutants are refused; enough are still accepted, or nothing would be shown. */
  @Tag("slow")
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void bothJudgeMutantsAlike(long seed) {
    Dice dice = new Dice(seed);
    int accepted = 0;
    for (int i = 0; i < MUTANTS; i++) {
      Object document = document(dice.of(ACCEPTED));
      Mutation mutation = new Mutation(dice);
      for (int times = dice.between(1, 2); times > 0; times--) {
        document = mutation.somewhere(document);
      }
      String json = TestingJson.text(document);
      accepted += assertAlike("seed " + seed + " mutant " + i, json) ? 1 : 0;
    }
    assertTrue(
        accepted > MUTANTS / 50 && accepted < MUTANTS / 2, accepted + " mutants are accepted");
  }

  /** Every small change at every node of every section. */
  @Tag("slow")
  @Test
  void bothJudgeEverySmallChangeAlike() {
    Map<?, ?> whole = (Map<?, ?>) document("everything.yaml");
    int refused = 0;
    int accepted = 0;
    for (Map.Entry<?, ?> section : whole.entrySet()) {
      for (Object changed : SmallChanges.of(section.getValue())) {
        Map<String, Object> document = new LinkedHashMap<>(Map.of("ringfence", "v1"));
        document.put((String) section.getKey(), changed);
        if (assertAlike(section.getKey() + " changed", TestingJson.text(document))) {
          accepted++;
        } else {
          refused++;
        }
      }
    }
    assertTrue(
        accepted > 1_000 && refused > 10_000, accepted + " accepted, " + refused + " refused");
  }

  private static boolean assertAlike(String title, String json) {
    List<Error> bySchema = SCHEMA.validate(json, InputFormat.JSON);
    List<String> byLoading = structural(json);
    assertEquals(
        bySchema.isEmpty(),
        byLoading.isEmpty(),
        () -> title + ": schema " + bySchema + ", loading " + byLoading + ", document " + json);
    return bySchema.isEmpty();
  }

  private static List<String> structural(String json) {
    Problems problems = new Problems(List.of());
    YamlNode root = YamlReader.read(new SourceFile("json", json), problems).orElseThrow();
    new ShapeCheck(problems, new Refused()).check(root, BlueprintShape.ROOT, "");
    return problems.list().stream().map(Problem::text).toList();
  }

  private static Object document(String file) {
    Problems problems = new Problems(List.of());
    return TestingJson.of(
        YamlReader.read(new SourceFile(file, Texts.resource(file)), problems).orElseThrow());
  }

  /** One small change at a random place. */
  private record Mutation(Dice dice) {
    /** The document with a change in one of its nodes; the deeper, the likelier. */
    Object somewhere(Object node) {
      boolean inner =
          (node instanceof Map<?, ?> m && !m.isEmpty())
              || (node instanceof List<?> l && !l.isEmpty());
      if (!inner || dice.oneIn(5)) {
        return changed(node);
      }
      if (node instanceof Map<?, ?> map) {
        Map<String, Object> out = copy(map);
        String key = dice.of(List.copyOf(out.keySet()));
        out.put(key, somewhere(out.get(key)));
        return out;
      }
      List<Object> out = new ArrayList<>((List<?>) node);
      int index = dice.between(0, out.size() - 1);
      out.set(index, somewhere(out.get(index)));
      return out;
    }

    private Object changed(Object node) {
      return switch (dice.between(0, 9)) {
        case 0 -> null;
        case 1 -> List.of(node == null ? "x" : node);
        case 2 -> new LinkedHashMap<>();
        case 3 -> new ArrayList<>();
        case 4, 5 -> dice.of(SmallChanges.VALUES);
        default -> inside(node);
      };
    }

    private Object inside(Object node) {
      if (node instanceof Map<?, ?> map) {
        return entries(copy(map));
      }
      if (node instanceof List<?> list && !list.isEmpty()) {
        List<Object> out = new ArrayList<>(list);
        int index = dice.between(0, out.size() - 1);
        return switch (dice.between(0, 3)) {
          case 0 -> out.get(index);
          case 1 -> {
            out.remove(index);
            yield out;
          }
          default -> {
            out.add(dice.oneIn(2) ? out.get(index) : dice.of(SmallChanges.VALUES));
            yield out;
          }
        };
      }
      return node instanceof String s && !s.isEmpty() ? letters(s) : dice.of(SmallChanges.VALUES);
    }

    private Object entries(Map<String, Object> map) {
      if (map.isEmpty() || dice.oneIn(3)) {
        map.put(dice.of(SmallChanges.KEYS), dice.of(SmallChanges.VALUES));
        return map;
      }
      String key = dice.of(List.copyOf(map.keySet()));
      Object value = map.remove(key);
      if (dice.oneIn(2)) {
        map.put(dice.oneIn(2) ? dice.of(SmallChanges.KEYS) : letters(key), value);
      }
      return map;
    }

    private String letters(String text) {
      int at = dice.between(0, text.length() - 1);
      String middle = dice.of("", "x", "/", "-", " ", ":", "9");
      return text.substring(0, at) + middle + text.substring(at + dice.between(0, 1));
    }

    private static Map<String, Object> copy(Map<?, ?> map) {
      Map<String, Object> out = new LinkedHashMap<>();
      map.forEach((k, v) -> out.put((String) k, v));
      return out;
    }
  }
}
