package io.ringfence.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where this program stands. */
final class Installation {
  private Installation() {}

  /** The command as another program may start it: the script beside the jar's source tree. */
  static Path command() {
    try {
      Path jar =
          Path.of(Ringfence.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      for (Path folder = jar.getParent(); folder != null; folder = folder.getParent()) {
        if (Files.isExecutable(folder.resolve("ringfence"))
            && Files.isRegularFile(folder.resolve("ringfence"))) {
          return folder.resolve("ringfence").toAbsolutePath();
        }
      }
    } catch (URISyntaxException e) {
      // Falls through: a place without a path has no command beside it.
    }
    throw new Failure(
        "the command `ringfence` is not beside this program, so no unit can start it");
  }
}
