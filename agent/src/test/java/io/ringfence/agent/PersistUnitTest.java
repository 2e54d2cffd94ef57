package io.ringfence.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The units that load a confirmed generation at boot. */
class PersistUnitTest {
  private static final Path STORE = Path.of("/var/lib/ringfence");

  @TempDir Path systemd;

  @Test
  void theGenerationIsLoadedBeforeTheNetworkIsUp() {
    PersistUnit unit = new PersistUnit(Path.of("/opt/ringfence/ringfence"), STORE);
    assertEquals(
        """
        [Unit]
        Description=Ringfence: load the confirmed generation before the network is up
        DefaultDependencies=no
        RequiresMountsFor=/var/lib/ringfence
        After=local-fs.target
        Before=network-pre.target shutdown.target
        Wants=network-pre.target
        Conflicts=shutdown.target

        [Service]
        Type=oneshot
        RemainAfterExit=yes
        ExecStart=/opt/ringfence/ringfence agent --load --state /var/lib/ringfence

        [Install]
        WantedBy=sysinit.target
        """,
        unit.load());
  }

  @Test
  void pathsAreSingleWords() {
    PersistUnit odd = new PersistUnit(Path.of("/opt/my tools/100%/ringfence"), STORE);
    assertTrue(
        odd.keep().contains("ExecStart=\"/opt/my tools/100%%/ringfence\" agent --state /var"),
        odd.keep());
  }

  @Test
  void endingTheAgentIsNoFailure() {
    assertTrue(new PersistUnit(Path.of("/r"), STORE).keep().contains("SuccessExitStatus=143\n"));
  }

  @Test
  void writingEnablesAndCanBeAskedFor() throws Exception {
    PersistUnit unit = new PersistUnit(Path.of("/opt/ringfence/ringfence"), STORE);
    assertFalse(PersistUnit.persists(systemd, STORE));
    unit.write(systemd);
    unit.write(systemd);
    assertTrue(PersistUnit.persists(systemd, STORE));
    assertFalse(PersistUnit.persists(systemd, Path.of("/var/lib/other")));
    assertEquals(unit.keep(), Files.readString(systemd.resolve(PersistUnit.KEEP)));
    assertTrue(
        Files.isSymbolicLink(systemd.resolve("multi-user.target.wants").resolve(PersistUnit.KEEP)));
  }
}
