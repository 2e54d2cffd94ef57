package io.ringfence.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.audit.AuditLog;
import io.ringfence.gateway.audit.AuditRecord;
import io.ringfence.gateway.audit.AuditSettings;
import io.ringfence.gateway.request.Extent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditVerifyCommandTest {
  private static final String SEGMENT = "log/audit-000000000000000001.jsonl";

  @TempDir private Path directory;

  private TestingShell shell() {
    return new TestingShell(directory);
  }

  private KeyPair write() throws IOException, GeneralSecurityException {
    KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    AuditSettings settings =
        AuditSettings.of(directory.resolve("log"))
            .checkpoints(100, keys.getPrivate(), directory.resolve("kept.jsonl"));
    try (AuditLog log = AuditLog.open(settings, InstantSource.fixed(TestingShell.NOW))) {
      log.append(decided("r1")).join();
      log.append(
              new AuditRecord.Completed(
                  TestingShell.NOW, "r1", "answered", Extent.UNKNOWN, Duration.ofMillis(1)))
          .join();
      log.append(decided("r2")).join();
    }
    String pem = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    shell()
        .file("audit.pub", "-----BEGIN PUBLIC KEY-----\n" + pem + "\n-----END PUBLIC KEY-----\n");
    return keys;
  }

  private static AuditRecord decided(String request) {
    Optional<String> none = Optional.empty();
    return new AuditRecord.Decided(
        TestingShell.NOW,
        "g",
        "gate",
        request,
        "api",
        none,
        "::1",
        "chroma",
        none,
        List.of(),
        false,
        none,
        none,
        Optional.of("denied"));
  }

  @Test
  void aLogAsWritten() throws Exception {
    write();
    TestingShell.Result result =
        shell().run("audit", "verify", "log", "--since", "kept.jsonl", "--key", "audit.pub");
    assertEquals(
        """
        as written: 3 records, 1 file, 1 checkpoint
        1 request without a recorded end: r2
        """,
        result.out());
    assertEquals(0, result.exit());
  }

  @Test
  void anEditedLog() throws Exception {
    write();
    TestingShell shell = shell();
    shell.file(SEGMENT, shell.text(SEGMENT).replace("\"deny\"", "\"permit\""));
    TestingShell.Result result = shell.run("audit", "verify", "log");
    assertEquals(ExitCode.FINDINGS, result.exit());
    assertTrue(
        result.out().startsWith("changed  audit-000000000000000001.jsonl:1: edited"), result.out());
    assertEquals(
        false,
        TestingText.json(shell.run("audit", "verify", "log", "-o", "json").out())
            .path("asWritten")
            .asBoolean(true));
  }

  @Test
  void aCutLogAndTheCheckpointThatWasKept() throws Exception {
    write();
    TestingShell shell = shell();
    String first = shell.text(SEGMENT).lines().findFirst().orElseThrow() + "\n";
    shell.file(SEGMENT, first);
    Files.delete(directory.resolve("log/checkpoints.jsonl"));
    assertEquals(0, shell.run("audit", "verify", "log").exit());
    TestingShell.Result result = shell.run("audit", "verify", "log", "--since", "kept.jsonl");
    assertEquals(ExitCode.FINDINGS, result.exit());
    assertTrue(result.out().startsWith("changed  truncated: "), result.out());
  }

  @Test
  void whatIsNoLog() {
    TestingShell.Result result = shell().run("audit", "verify", "none");
    assertEquals(ExitCode.ERROR, result.exit());
    assertEquals("error: no audit log at `none`: no such folder\n", result.err());
    TestingShell.Result bad =
        shell()
            .file("log/x", "")
            .file("bad", "no key")
            .run("audit", "verify", "log", "--key", "bad");
    assertEquals("error: `bad` is no Ed25519 public key in PEM\n", bad.err());
  }
}
