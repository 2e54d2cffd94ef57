package io.ringfence.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.identity.ApiKeyText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** API keys from a gateway's operator's hands. */
class GatewayKeyCommandTest {
  private static final String BLUEPRINT =
      """
      ringfence: v1
      name: keys
      segments:
        app: { tier: application, networks: [10.0.1.0/24] }
      workloads:
        api: { segment: app, addresses: [10.0.1.10], identity: spiffe://acme.example/api }
        gate: { segment: app, addresses: [10.0.1.5], kind: gateway }
        db: { segment: app, addresses: [10.0.1.11], engine: chroma }
      tenants:
        acme: { members: [spiffe://acme.example/api], separation: names, prefix: acme- }
      gateways:
        gate: { in-front-of: [db], api-keys: { file: keys/api-keys.yaml } }
      """;

  @TempDir private Path folder;
  private TestingShell shell;

  @BeforeEach
  void write() {
    shell = new TestingShell(folder).file("ringfence.yaml", BLUEPRINT);
  }

  private String made(String... options) {
    String[] args = new String[3 + options.length];
    System.arraycopy(new String[] {"gateway", "key", "new"}, 0, args, 0, 3);
    System.arraycopy(options, 0, args, 3, options.length);
    TestingShell.Result made = shell.run(args);
    assertEquals(0, made.exit(), made.err());
    return made.out().strip();
  }

  @Test
  void aKeyIsShownOnceAndKeptAsItsHash() throws IOException {
    String key = made("--tenant", "acme", "--expires", "30d", "--note", "it's a trial");
    String id = ApiKeyText.id(key).orElseThrow();
    Path file = folder.resolve("keys/api-keys.yaml");
    String kept = Files.readString(file);
    assertTrue(kept.contains(ApiKeyText.sha256(key)), kept);
    assertFalse(kept.contains(key.substring(key.lastIndexOf('_'))), kept);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    String list = shell.run("gateway", "key", "list").out();
    assertTrue(list.contains(id) && list.contains("it's a trial"), list);
    assertTrue(list.contains("2026-01-31T12:00:00Z"), list);
  }

  @Test
  void aRevokedKeyIsListedAsSuch() {
    String id = ApiKeyText.id(made("--principal", "spiffe://acme.example/api")).orElseThrow();
    String other = ApiKeyText.id(made("--tenant", "acme")).orElseThrow();
    assertEquals(0, shell.run("gateway", "key", "revoke", id).exit());
    String list = shell.run("gateway", "key", "list", "-o", "json").out();
    assertTrue(
        list.matches("(?s).*\"id\" ?: ?\"" + id + "\",\\s*\"state\" ?: ?\"revoked\".*"), list);
    assertTrue(
        list.matches("(?s).*\"id\" ?: ?\"" + other + "\",\\s*\"state\" ?: ?\"counts\".*"), list);
    assertFalse(list.contains("sha256"), list);
  }

  @Test
  void whatCannotBeIsSaid() {
    refused("--principal, --tenant", "new");
    refused("no tenant `globex`; there are: acme", "new", "--tenant", "globex");
    refused("no SPIFFE ID", "new", "--principal", "https://acme.example/api");
    refused("one line", "new", "--tenant", "acme", "--note", "a\nb");
    refused("no key `abcdefghij`", "revoke", "abcdefghij");
    assertFalse(Files.exists(folder.resolve("keys/api-keys.yaml")));
    shell.file("keys/api-keys.yaml", "keys: [{ id: x }]\n");
    refused("entry 1", "list");
    shell.file("ringfence.yaml", BLUEPRINT.replaceAll(", api-keys: .*} }", " }"));
    refused("takes no API keys; add `api-keys", "list");
  }

  private void refused(String why, String... args) {
    String[] all = new String[2 + args.length];
    System.arraycopy(new String[] {"gateway", "key"}, 0, all, 0, 2);
    System.arraycopy(args, 0, all, 2, args.length);
    TestingShell.Result result = shell.run(all);
    assertEquals(1, result.exit(), result.err());
    assertTrue(result.err().contains(why), result.err());
  }
}
