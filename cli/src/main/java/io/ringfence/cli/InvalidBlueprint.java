package io.ringfence.cli;

import io.ringfence.language.Problem;
import io.ringfence.language.SourceFile;
import java.util.List;

/** A blueprint that a command needs cannot be loaded. */
final class InvalidBlueprint extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<SourceFile> files;
  private final transient List<Problem> problems;

  InvalidBlueprint(List<SourceFile> files, List<Problem> problems) {
    super("the blueprint is not valid");
    this.files = List.copyOf(files);
    this.problems = List.copyOf(problems);
  }

  List<SourceFile> files() {
    return files;
  }

  List<Problem> problems() {
    return problems;
  }
}
