package io.ringfence.language;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ringfence.language.YamlNode.Entry;
import io.ringfence.language.YamlNode.Mapping;
import io.ringfence.language.YamlNode.Sequence;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * {@code everything.yaml} has every key of the language, so that what is tested on it is complete.
 */
class EverythingTest {
  private final Set<String> missing = new TreeSet<>();

  @Test
  void everyKeyOfTheLanguageIsThere() {
    Problems problems = new Problems(List.of());
    YamlNode root =
        YamlReader.read(
                new SourceFile("everything.yaml", Texts.resource("everything.yaml")), problems)
            .orElseThrow();
    expect(BlueprintShape.ROOT, "");
    seen(root, BlueprintShape.ROOT, "");
    assertEquals(Set.of(), missing);
  }

  /** What stands in several places has to be there once. */
  private static String path(Shape shape, String path) {
    return shape instanceof Shape.Shared shared ? "$" + shared.name() : path;
  }

  private void expect(Shape shape, String outer) {
    String path = path(shape, outer);
    switch (Shape.bare(shape)) {
      case Shape.Struct s -> {
        for (Shape.Field field : s.fields()) {
          missing.add(path + "/" + field.key());
          expect(field.shape(), path + "/" + field.key());
        }
      }
      case Shape.Variants s -> s.variants().forEach(v -> expect(v.struct(), path));
      case Shape.Named s -> expect(s.value(), path + "/*");
      case Shape.Items s -> expect(s.item(), path);
      case Shape.OneOr s -> expect(s.list(), path);
      case Shape.MapOr s -> {
        expect(s.map(), path);
        expect(s.other(), path);
      }
      default -> {}
    }
  }

  private void seen(YamlNode node, Shape shape, String outer) {
    String path = path(shape, outer);
    Shape bare = Shape.bare(shape);
    if (bare instanceof Shape.OneOr many) {
      bare = many.list();
    }
    if (node instanceof Sequence list && bare instanceof Shape.Items items) {
      list.items().forEach(i -> seen(i, items.item(), path));
    } else if (bare instanceof Shape.Items items) {
      seen(node, items.item(), path);
    } else if (bare instanceof Shape.MapOr either) {
      seen(node, node instanceof Mapping ? either.map() : either.other(), path);
    } else if (node instanceof Mapping map) {
      seen(map, bare, path);
    }
  }

  private void seen(Mapping map, Shape shape, String path) {
    for (Entry entry : map.entries()) {
      String key = entry.key().text();
      if (shape instanceof Shape.Named named) {
        seen(entry.value(), named.value(), path + "/*");
      } else {
        missing.remove(path + "/" + key);
        field(shape, key).ifPresent(f -> seen(entry.value(), f.shape(), path + "/" + key));
      }
    }
  }

  private static Optional<Shape.Field> field(Shape shape, String key) {
    return switch (shape) {
      case Shape.Struct s -> s.field(key);
      case Shape.Variants s ->
          s.variants().stream().flatMap(v -> v.struct().field(key).stream()).findFirst();
      default -> Optional.empty();
    };
  }
}
