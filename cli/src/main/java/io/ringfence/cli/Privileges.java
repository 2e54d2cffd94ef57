package io.ringfence.cli;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Whether this process may change the kernel's rules. */
final class Privileges {
  private static final int CAP_NET_ADMIN = 12;
  private static final String EFFECTIVE = "CapEff:";

  private Privileges() {}

  /** Refuses in one line where it may not. */
  static void require() {
    if (!netAdmin(Path.of("/proc/self/status"))) {
      throw new Failure(
          "this needs root, or the capability CAP_NET_ADMIN, on Linux: it speaks to the kernel's"
              + " nftables");
    }
  }

  static boolean netAdmin(Path status) {
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith(EFFECTIVE))
          .map(line -> new BigInteger(line.substring(EFFECTIVE.length()).strip(), 16))
          .anyMatch(capabilities -> capabilities.testBit(CAP_NET_ADMIN));
    } catch (IOException e) {
      return false; // no Linux
    }
  }
}
