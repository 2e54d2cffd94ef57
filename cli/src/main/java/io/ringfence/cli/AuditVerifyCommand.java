package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.Counted;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.gateway.audit.AuditVerification;
import io.ringfence.gateway.audit.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code audit verify}: whether a log is as it was written. */
@Command(
    name = "verify",
    description = {
      "Say whether an audit log is as it was written: no record edited, removed or moved, and with"
          + " a checkpoint that was kept elsewhere, none cut off at the end.",
      "A request without a recorded end is still running, or was cut off by a crash; it is told and"
          + " is no finding."
    },
    exitCodeList = {
      "0:it is as it was written",
      "1:it could not be read",
      "3:it is not as it was written",
      "64:the command line is wrong"
    },
    footer = {
      "  ringfence audit verify /var/lib/ringfence/audit",
      "  ringfence audit verify DIR --since kept/checkpoints.jsonl --key audit.pub"
    })
final class AuditVerifyCommand implements Callable<Integer> {
  private static final int UNFINISHED_SHOWN_MAX = 10;

  private final Shell shell;

  @Parameters(paramLabel = "DIR", description = "The log's folder.")
  private String folder;

  @Option(
      names = "--since",
      paramLabel = "FILE",
      description = "Checkpoints that were kept elsewhere; the last one counts.")
  private String since;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The public key that checkpoints are signed with (Ed25519, PEM).")
  private String key;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  AuditVerifyCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    Path path = shell.path(folder);
    if (!Files.isDirectory(path)) {
      throw new Failure("no audit log at `" + folder + "`: no such folder");
    }
    AuditVerification found = AuditVerification.of(path, checkpoint(), publicKey());
    if (found.segments() == 0 && found.problems().isEmpty()) {
      throw new Failure("no audit log at `" + folder + "`: the folder holds no audit-*.jsonl");
    }
    switch (output) {
      case TEXT -> print(found);
      case JSON -> Json.print(shell.out(), json(found));
    }
    return found.problems().isEmpty() ? ExitCode.OK : ExitCode.FINDINGS;
  }

  private Optional<Checkpoint> checkpoint() throws IOException {
    if (since == null) {
      return Optional.empty();
    }
    List<String> lines =
        Files.readAllLines(shell.path(since)).stream().filter(l -> !l.isBlank()).toList();
    Optional<Checkpoint> last =
        lines.isEmpty() ? Optional.empty() : Checkpoint.parse(lines.getLast());
    if (last.isEmpty()) {
      throw new Failure("`" + since + "` does not end with a checkpoint");
    }
    return last;
  }

  private Optional<PublicKey> publicKey() throws IOException {
    if (key == null) {
      return Optional.empty();
    }
    String body = Files.readString(shell.path(key)).replaceAll("-----[A-Z ]+-----|\\s", "");
    try {
      byte[] der = Base64.getDecoder().decode(body);
      return Optional.of(
          KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new Failure("`" + key + "` is no Ed25519 public key in PEM", e);
    }
  }

  private void print(AuditVerification found) {
    Screen out = shell.out();
    found.problems().forEach(p -> out.prose(out.in(Style.RED, "changed") + "  ", "         ", p));
    String size =
        String.join(
            ", ",
            Counted.of(found.records(), "record"),
            Counted.of(found.segments(), "file"),
            Counted.of(found.checkpoints(), "checkpoint"));
    if (found.problems().isEmpty()) {
      out.line(out.in(Style.GREEN, "as written") + ": " + size);
    } else {
      out.line(out.in(Style.RED_BOLD, "not as written") + ": good up to here: " + size);
    }
    unfinished(found.unfinished());
  }

  private void unfinished(List<String> requests) {
    if (!requests.isEmpty()) {
      List<String> shown = requests.stream().limit(UNFINISHED_SHOWN_MAX).toList();
      String more = shown.size() < requests.size() ? ", ..." : "";
      shell
          .out()
          .line(
              Counted.of(requests.size(), "request")
                  + " without a recorded end: "
                  + String.join(", ", shown)
                  + more);
    }
  }

  private static ObjectNode json(AuditVerification found) {
    ObjectNode out =
        Json.object()
            .put("asWritten", found.problems().isEmpty())
            .put("records", found.records())
            .put("files", found.segments())
            .put("checkpoints", found.checkpoints());
    out.set("problems", Json.strings(found.problems()));
    out.set("unfinished", Json.strings(found.unfinished()));
    return out;
  }
}
