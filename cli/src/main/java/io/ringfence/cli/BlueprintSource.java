package io.ringfence.cli;

import io.ringfence.cli.output.ProblemReport;
import io.ringfence.decision.Conditions;
import io.ringfence.language.BlueprintLoader;
import io.ringfence.language.Loaded;
import io.ringfence.language.SourceFile;
import io.ringfence.model.Directory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Loads blueprints for commands that need valid ones. */
final class BlueprintSource {
  private final Shell shell;

  BlueprintSource(Shell shell) {
    this.shell = shell;
  }

  /** The blueprint that these arguments name; what is only doubtful in it is said on stderr. */
  LoadedBlueprint load(List<String> names) {
    return loadFiles(new BlueprintReader(shell).read(names));
  }

  /** The same, of files that are read already. */
  LoadedBlueprint loadFiles(List<SourceFile> files) {
    LoadedBlueprint loaded = valid(files);
    if (!loaded.warnings().isEmpty()) {
      new ProblemReport(shell.err(), loaded.files()).print(loaded.warnings());
    }
    return loaded;
  }

  /** The blueprint that a generation was made from. */
  static LoadedBlueprint ofTexts(Map<String, String> texts) {
    List<SourceFile> files = new ArrayList<>();
    texts.forEach((name, text) -> files.add(new SourceFile(name, text)));
    return valid(files);
  }

  static Loaded parse(List<SourceFile> files) {
    return new BlueprintLoader(new Conditions()).load(files);
  }

  private static LoadedBlueprint valid(List<SourceFile> files) {
    Loaded loaded = parse(files);
    return loaded
        .blueprint()
        .map(b -> new LoadedBlueprint(files, b, new Directory(b), loaded.problems()))
        .orElseThrow(() -> new InvalidBlueprint(files, loaded.problems()));
  }
}
