package io.ringfence.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrivilegesTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "000001ffffffffff, true", // root
    "0000000000001000, true", // CAP_NET_ADMIN alone
    "0000000000000000, false",
    "0000000000002000, false", // CAP_NET_RAW
  })
  void netAdminIsOneBitOfTheEffectiveSet(String effective, boolean may) throws Exception {
    Path status = directory.resolve("status");
    Files.writeString(status, "CapPrm:\t0000003fffffffff\nCapEff:\t" + effective + "\n");
    assertEquals(may, Privileges.netAdmin(status));
  }

  @Test
  void whereThereIsNoProcThereIsNoPrivilege() {
    assertEquals(false, Privileges.netAdmin(directory.resolve("absent")));
  }
}
