package io.ringfence.language;

import io.ringfence.language.YamlNode.Mapping;
import java.util.List;
import java.util.Optional;

/**
 * Writes a blueprint file canonically: keys in the order of the language, two spaces, short entries
 * on one line, quotes where they are needed; every comment is kept. What is formatted already stays
 * as it is, and means what it meant.
 */
public final class BlueprintFormatter {
  /** The canonical text, or why the file cannot be read. Only the file's YAML need be sound. */
  public Formatted format(SourceFile source) {
    Problems problems = new Problems(List.of(source.name()));
    SourceFile file = YamlReader.withoutMark(source);
    Optional<YamlNode> root = YamlReader.read(file, problems);
    if (root.isPresent() && !(root.get() instanceof Mapping)) {
      new ShapeCheck(problems, new Refused()).check(root.get(), BlueprintShape.ROOT, "");
    }
    if (problems.errors() > 0) {
      return new Formatted(Optional.empty(), problems.list());
    }
    Mapping map = (Mapping) root.orElseThrow();
    Comments comments = new Comments(file.text(), map);
    return new Formatted(Optional.of(new YamlWriter(comments, map).write()), problems.list());
  }
}
