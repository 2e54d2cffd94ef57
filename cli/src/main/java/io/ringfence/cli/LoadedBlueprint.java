package io.ringfence.cli;

import io.ringfence.language.Problem;
import io.ringfence.language.SourceFile;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A valid blueprint and the files it was read from. */
record LoadedBlueprint(
    List<SourceFile> files, Blueprint blueprint, Directory directory, List<Problem> warnings) {
  LoadedBlueprint {
    files = List.copyOf(files);
    warnings = List.copyOf(warnings);
  }

  /** The texts by file name. */
  Map<String, String> texts() {
    Map<String, String> out = new TreeMap<>();
    files.forEach(f -> out.put(f.name(), f.text()));
    return out;
  }
}
