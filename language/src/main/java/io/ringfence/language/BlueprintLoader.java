package io.ringfence.language;

import io.ringfence.language.YamlNode.Mapping;
import io.ringfence.model.Blueprint;
import io.ringfence.model.ConditionChecker;
import io.ringfence.model.SourceLocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Loads a blueprint from its files, and reports all that is wrong with it at once. */
public final class BlueprintLoader {
  private final ConditionChecker conditions;

  /**
   * @param conditions type-checks the CEL conditions
   */
  public BlueprintLoader(ConditionChecker conditions) {
    this.conditions = conditions;
  }

  /**
   * The blueprint that all files together are: sections of named things merge by name, lists follow
   * one another in the order of the files.
   */
  public Loaded load(List<SourceFile> files) {
    Problems problems = new Problems(files.stream().map(SourceFile::name).toList());
    if (files.isEmpty() || files.size() > LimitsMax.FILES_MAX) {
      problems.error(
          new SourceLocation("blueprint", 0, 0),
          files.isEmpty()
              ? "no file; a blueprint is one file at least"
              : files.size() + " files; at most " + LimitsMax.FILES_MAX);
      return new Loaded(Optional.empty(), problems.list());
    }
    Refused refused = new Refused();
    List<Mapping> roots = new ArrayList<>();
    files.forEach(f -> root(f, problems, refused).ifPresent(roots::add));
    Optional<Blueprint> blueprint =
        roots.size() == files.size() ? read(roots, problems, refused) : Optional.empty();
    return new Loaded(blueprint, problems.list());
  }

  private static Optional<Mapping> root(SourceFile file, Problems problems, Refused refused) {
    Optional<YamlNode> root = YamlReader.read(file, problems);
    root.ifPresent(r -> new ShapeCheck(problems, refused).check(r, BlueprintShape.ROOT, ""));
    return root.filter(Mapping.class::isInstance).map(Mapping.class::cast);
  }

  /**
   * Names are looked up only once every file could be read: else all of a file's would be missing.
   */
  private Optional<Blueprint> read(List<Mapping> roots, Problems problems, Refused refused) {
    Sections sections = new Sections(roots, problems, refused);
    Names names = new Names(sections, problems);
    Reading reading = new Reading(sections, names, new Values(problems), problems, refused);
    return new BlueprintReader(reading, conditions).read();
  }
}
