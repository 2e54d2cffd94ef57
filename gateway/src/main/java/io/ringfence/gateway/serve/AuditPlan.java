package io.ringfence.gateway.serve;

import io.ringfence.gateway.audit.AuditSettings;
import io.ringfence.gateway.audit.CheckpointKey;
import io.ringfence.gateway.secret.Secrets;
import io.ringfence.model.Gateway;
import io.ringfence.model.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** How the blueprint has the audit log kept. */
final class AuditPlan {
  private AuditPlan() {}

  /**
   * @throws PolicyRefusedException when what shows that the log is whole lies in its own folder
   */
  static AuditSettings of(Gateway.Audit audit, Secrets secrets)
      throws PolicyRefusedException, IOException {
    Path folder = secrets.folder().resolve(audit.to()).toAbsolutePath().normalize();
    AuditSettings settings = AuditSettings.of(folder);
    Optional<Path> copy =
        audit.checkpoints().map(c -> secrets.folder().resolve(c).toAbsolutePath().normalize());
    if (copy.isPresent()) {
      refuseInside(folder, copy.get(), "checkpoints");
    }
    if (audit.key().isEmpty()) {
      return settings;
    }
    if (audit.key().get() instanceof Secret.OfFile file) {
      Path key = secrets.folder().resolve(file.path()).toAbsolutePath().normalize();
      refuseInside(folder, key, "key");
    }
    return settings.signed(CheckpointKey.parse(secrets.bytes(audit.key().get())), copy);
  }

  private static void refuseInside(Path folder, Path file, String what)
      throws PolicyRefusedException {
    if (file.startsWith(folder)) {
      throw new PolicyRefusedException(
          "the audit log's `"
              + what
              + "` lies in the log's own folder, where whoever changes the one changes the other;"
              + " keep it elsewhere");
    }
  }
}
