package io.ringfence.lab.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Python's installer, used to download files only. It is what knows the index or mirror, the proxy
 * and the certificates that this machine is set to.
 */
final class Pip {
  private final Path cache;

  Pip(Path cache) {
    this.cache = cache;
  }

  /** True when this machine has pip, or what makes one. */
  static boolean possible() {
    return with("pip").or(() -> with("ensurepip")).isPresent();
  }

  /** The interpreter that has a module: the path's, whose settings are the user's, or another. */
  private static Optional<String> with(String module) {
    return Python.programs().map(Path::toString).filter(p -> has(p, module)).findFirst();
  }

  private static boolean has(String python, String module) {
    try {
      return Command.run(List.of(python, "-c", "import " + module)).ok();
    } catch (IOException e) {
      return false;
    }
  }

  /** Downloads a file, whatever machine and Python this one has, and returns where it is. */
  Path download(EngineSoftware.Wheel wheel, Path folder) throws IOException {
    List<String> command = new ArrayList<>(program());
    command.addAll(List.of("download", "--no-deps", "--only-binary=:all:"));
    command.addAll(List.of("--disable-pip-version-check", "--progress-bar=off", "--no-input"));
    command.addAll(List.of("--retries=2", "--timeout=20", "--implementation=cp"));
    command.add("--platform=" + wheel.platform());
    command.add("--python-version=" + wheel.python());
    command.add("--abi=" + wheel.abi());
    command.add("--dest=" + folder);
    command.add(wheel.name() + "==" + wheel.version());
    Command.Outcome outcome = Command.run(command);
    if (!outcome.ok()) {
      throw failure(wheel, outcome);
    }
    try (var files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".whl")).findFirst().orElseThrow();
    }
  }

  static IOException failure(EngineSoftware.Wheel wheel, Command.Outcome outcome) {
    if (outcome.output().contains("Retrying (Retry(")) {
      return new RegistryUnreachable(
          "cannot fetch `%s`: the Python package index does not answer".formatted(wheel.name()));
    }
    String said =
        outcome.output().lines().filter(l -> l.startsWith("ERROR: ")).findFirst().orElse("");
    return new IOException(
        "cannot fetch `%s` %s; pip says: %s"
            .formatted(
                wheel.name(),
                wheel.version(),
                said.isEmpty() ? outcome.lastLine() : said.substring("ERROR: ".length())));
  }

  /** This machine's pip, or one in a virtual environment of ours. */
  private List<String> program() throws IOException {
    Optional<String> own = with("pip");
    if (own.isPresent()) {
      return List.of(own.get(), "-m", "pip");
    }
    Path environment = cache.resolve("pip");
    if (!Files.isExecutable(environment.resolve("bin/pip"))) {
      String python = with("ensurepip").orElse("python3");
      Command.require(
          "make a virtual environment for pip",
          List.of(python, "-m", "venv", "--clear", environment.toString()),
          "");
    }
    return List.of(environment.resolve("bin/python").toString(), "-m", "pip");
  }
}
