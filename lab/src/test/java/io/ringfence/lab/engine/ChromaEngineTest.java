package io.ringfence.lab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chroma's own server, asked from another namespace. */
@Tag("kernel")
@Tag("slow")
class ChromaEngineTest {
  @TempDir Path workDir;
  private TestingEngines net;
  private RealEngine engine;

  @BeforeEach
  void network() throws IOException {
    net = new TestingEngines();
    EngineSoftware software = ChromaEngine.SOFTWARE;
    Path programs =
        TestingEngines.provide(EngineInstall.inUserCache(), software, System.out::println);
    engine = RealEngine.of(software, programs);
  }

  @AfterEach
  void takeDown() throws IOException {
    engine.close();
    net.close();
  }

  @Test
  void answersEachTenantOverBothFamilies() throws IOException {
    for (InetAddress address : List.of(TestingEngines.V4, TestingEngines.V6)) {
      long began = System.nanoTime();
      engine.start(net.home(), address, workDir);
      engine.seed();
      long millis = (System.nanoTime() - began) / 1_000_000;
      System.out.println("Chroma: start and seed in " + millis + " ms");
      var at = TestingEngines.at(address, engine.port());
      assertEquals("Chroma, which calls itself 1.0.0", engine.health(net.asker(), at));
      for (String tenant : engine.collections().keySet()) {
        var rows = engine.query(net.asker(), at, tenant, "how do I get my money back").rows();
        assertEquals(5, rows.size());
        assertTrue(rows.getFirst().text().contains("get your money back"), rows::toString);
        assertTrue(rows.stream().allMatch(r -> r.tenant().equals(tenant)), rows::toString);
        assertTrue(rows.getFirst().distance() < 0.6, rows::toString);
      }
      engine.close();
    }
  }

  /** Which is why nobody but the gateway may reach its port. */
  @Test
  void whoeverReachesItReadsEverybodysRows() throws IOException {
    engine.start(net.home(), TestingEngines.V4, workDir);
    engine.seed();
    var rows = engine.anonymous(net.asker(), TestingEngines.at(TestingEngines.V4, 8000)).rows();
    var owners = rows.stream().map(Answer.Row::tenant).collect(Collectors.toSet());
    assertEquals(Set.of("acme", "globex"), owners);
  }

  @Test
  void cutOffAskerGetsNoAnswerAndNoRefusal() throws IOException {
    engine.start(net.home(), TestingEngines.V4, workDir);
    engine.seed();
    net.cut();
    var at = TestingEngines.at(TestingEngines.V4, 8000);
    var e = assertThrows(IOException.class, () -> engine.anonymous(net.asker(), at));
    assertFalse(e instanceof EngineRefusal, e.toString());
  }

  @Test
  void runsUnprivilegedOnTheGivenAddressOnly() throws IOException {
    engine.start(net.home(), TestingEngines.V4, workDir);
    String pid = Files.readString(workDir.resolve(DatabaseProcess.PID_FILE)).split(" ", 2)[0];
    String status = Files.readString(Path.of("/proc/" + pid + "/status"));
    assertFalse(status.contains("Uid:\t0"), status);
    assertTrue(status.contains("CapBnd:\t0000000000000000"), status);
    var loopback = TestingEngines.at(InetAddress.ofLiteral("127.0.0.1"), 8000);
    assertThrows(IOException.class, () -> engine.health(net.home(), loopback));
  }
}
