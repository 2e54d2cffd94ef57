package io.ringfence.cli;

import io.ringfence.agent.PersistUnit;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where this program stands, and where it installs. */
final class Installation {
  /** The command that units start, where it is not beside the program: for packages and tests. */
  private static final String COMMAND = "RINGFENCE_COMMAND";

  /** The folder that units are written to, instead of the system's: for images and tests. */
  private static final String UNITS = "RINGFENCE_UNITS";

  private Installation() {}

  /** The command as another program may start it: the script beside the jar's source tree. */
  static Path command(Shell shell) {
    String told = shell.environment().get(COMMAND);
    return told == null ? beside() : shell.path(told).toAbsolutePath();
  }

  private static Path beside() {
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
        "the command `ringfence` is not beside this program, so no unit can start it; "
            + COMMAND
            + " may name it");
  }

  /** Where systemd looks for units. */
  static Path units(Shell shell) {
    String told = shell.environment().get(UNITS);
    return told == null ? PersistUnit.SYSTEMD : shell.path(told).toAbsolutePath();
  }
}
