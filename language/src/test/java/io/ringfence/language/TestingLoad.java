package io.ringfence.language;

import io.ringfence.model.Blueprint;
import java.util.List;

/** Loads what must load clean. */
final class TestingLoad {
  private TestingLoad() {}

  static Loaded files(SourceFile... files) {
    return new BlueprintLoader(new TestingConditions()).load(List.of(files));
  }

  static Loaded text(String yaml) {
    return files(new SourceFile("test.yaml", yaml));
  }

  /** The blueprint; all that is wrong with it otherwise. */
  static Blueprint clean(String name, String yaml) {
    Loaded loaded = files(new SourceFile(name, yaml));
    if (!loaded.problems().isEmpty()) {
      throw new AssertionError(loaded.problems().stream().map(Problem::text).toList().toString());
    }
    return loaded.blueprint().orElseThrow();
  }
}
