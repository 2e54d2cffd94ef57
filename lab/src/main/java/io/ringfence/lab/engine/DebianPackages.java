package io.ringfence.lab.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Installs packages of Debian and of what is made from it. */
public final class DebianPackages {
  private DebianPackages() {}

  /**
   * Installs packages, saying so first; nothing happens when there are none.
   *
   * @param missing what they bring, for who must install it otherwise
   * @param progress takes a line before it begins
   * @throws IOException when this is no such system or not root, or it fails
   */
  public static void install(List<String> packages, List<String> missing, Consumer<String> progress)
      throws IOException {
    if (packages.isEmpty()) {
      return;
    }
    Optional<Path> apt = Command.find("apt-get");
    if (apt.isEmpty() || !Sandbox.runByRoot()) {
      throw new IOException("missing: " + String.join(", ", missing));
    }
    progress.accept("installing the Debian packages " + String.join(", ", packages));
    List<String> install =
        new ArrayList<>(
            List.of(
                "env",
                "DEBIAN_FRONTEND=noninteractive",
                apt.get().toString(),
                "install",
                "-y",
                "-qq",
                "--no-install-recommends"));
    install.addAll(packages);
    if (!Command.run(install).ok()) {
      Command.require(
          "update the package lists", List.of(apt.get().toString(), "update", "-qq"), "");
      Command.require("install " + String.join(", ", packages), install, "");
    }
  }
}
