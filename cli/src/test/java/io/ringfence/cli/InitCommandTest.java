package io.ringfence.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class InitCommandTest {
  private static final List<String> TENANTS =
      List.of("acme", "acme,globex", "first-customer,second-customer,a-third-with-a-long-name");

  @TempDir private Path directory;

  private TestingShell shell() {
    return new TestingShell(directory);
  }

  @TestFactory
  Stream<DynamicTest> everyStarterProvesClean() {
    return StarterBlueprint.engines().stream()
        .flatMap(engine -> TENANTS.stream().map(tenants -> provesClean(engine, tenants)));
  }

  private DynamicTest provesClean(String engine, String tenants) {
    return DynamicTest.dynamicTest(
        engine + " for " + tenants,
        () -> {
          String file = engine + tenants.length() + ".yaml";
          assertEquals(
              0, shell().run("init", "--engine", engine, "--tenants", tenants, "-f", file).exit());
          TestingShell.Result verified = shell().run("verify", file);
          assertEquals(0, verified.exit(), verified.out() + verified.err());
          assertEquals(0, shell().run("fmt", "--check", file).exit());
        });
  }

  @Test
  void tenantsWhoseNamesExtendOneAnotherOwnTheirOwn() {
    assertEquals(0, shell().run("init", "--tenants", "acme,acme-eu,acme-eu-west").exit());
    assertEquals(0, shell().run("verify").exit(), shell().run("verify").out());
  }

  @Test
  void mostTenantsAreStillValid() {
    String most = tenants(StarterBlueprint.TENANTS_MAX);
    assertEquals(0, shell().run("init", "--tenants", most).exit());
    assertEquals(0, shell().run("validate").exit());
    TestingShell.Result oneMore =
        shell().run("init", "--tenants", tenants(StarterBlueprint.TENANTS_MAX + 1));
    assertEquals("error: name 1 to 200 tenants\n", oneMore.err());
  }

  private static String tenants(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> "t" + i).collect(Collectors.joining(","));
  }

  @Test
  void existingFileStaysUnlessForced() throws Exception {
    Path file = directory.resolve("ringfence.yaml");
    Files.writeString(file, "mine");
    TestingShell.Result refused = shell().run("init");
    assertEquals(1, refused.exit());
    assertEquals("error: `ringfence.yaml` exists already; --force replaces it\n", refused.err());
    assertEquals("mine", Files.readString(file));
    assertEquals(0, shell().run("init", "--force").exit());
    assertTrue(Files.readString(file).contains("ringfence: v1"));
  }

  @Test
  void printedStarterIsYamlAlone() {
    String text = shell().run("init", "-f", "-").out();
    assertEquals(0, shell().typing(text).run("validate", "-").exit());
  }

  @Test
  void wrongWordsAreRefused() {
    assertTrue(
        shell()
            .run("init", "--engine", "oracle")
            .err()
            .contains("no starter for engine `oracle`; there is one for chroma, "));
    assertTrue(
        shell().run("init", "--tenants", "Acme").err().contains("`Acme` is no tenant's name here"));
    assertTrue(shell().run("init", "--tenants", "a,a").err().contains("a tenant is named twice"));
  }
}
