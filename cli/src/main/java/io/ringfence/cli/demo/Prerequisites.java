package io.ringfence.cli.demo;

import io.ringfence.agent.kernel.LibNftables;
import io.ringfence.lab.Lab;
import io.ringfence.lab.engine.DebianPackages;
import io.ringfence.lab.engine.EngineInstall;
import io.ringfence.lab.engine.EngineSoftware;
import io.ringfence.lab.engine.Need;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the demo needs of this machine, what of it is missing, and how it gets there. */
final class Prerequisites {
  private final EngineSoftware software;
  private final EngineInstall install = EngineInstall.inUserCache();

  Prerequisites(EngineSoftware software) {
    this.software = software;
  }

  /** Why the kernel's part cannot be done at all, as one sentence; empty when it can. */
  static Optional<String> kernelOutOfReach() {
    boolean root = "root".equals(System.getProperty("user.name"));
    return root
        ? Optional.empty()
        : Optional.of(
            "Loading rules into a kernel needs root: run `sudo ./ringfence demo` for the whole"
                + " demo.");
  }

  /**
   * The Debian packages that the kernel's part lacks. The library is looked for as a file, since
   * one that was once not found is not looked for again by this process.
   */
  private static List<String> packages() {
    List<String> out = new ArrayList<>();
    boolean library =
        Stream.of("/usr/lib", "/lib", "/usr/lib64")
            .map(Path::of)
            .filter(Files::isDirectory)
            .anyMatch(Prerequisites::hasLibrary);
    if (!library) {
      out.add("libnftables1");
    }
    if (Lab.unavailable().isPresent()) {
      out.add("iproute2");
    }
    return out;
  }

  private static boolean hasLibrary(Path folder) {
    try (Stream<Path> files = Files.find(folder, 2, (p, a) -> isLibrary(p))) {
      return files.findAny().isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isLibrary(Path path) {
    return path.getFileName().toString().equals("libnftables.so.1");
  }

  /** All that is missing, a line each; nothing is installed or fetched. */
  List<String> missing() {
    List<String> out = new ArrayList<>();
    packages().forEach(p -> out.add("the Debian package " + p));
    install.needs(software).stream().map(Need::toString).forEach(out::add);
    return List.copyOf(out);
  }

  /**
   * Installs what is missing, saying so first.
   *
   * @return the folder of the engine's programs
   * @throws IOException when it cannot, with the reason for the operator
   */
  Path provide(Story story) throws IOException {
    List<String> packages = packages();
    DebianPackages.install(packages, packages, story::plain);
    LibNftables.unavailable()
        .ifPresent(
            why -> {
              throw new IllegalStateException(why);
            });
    return install.provide(software, story::plain);
  }
}
