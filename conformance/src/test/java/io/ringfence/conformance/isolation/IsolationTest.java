package io.ringfence.conformance.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The slice of {@code bench/isolation} that CI runs. */
@Tag("slow")
class IsolationTest {
  private static final long SEED = 1;
  private static final long REQUESTS = 500;

  @TempDir private static Path folder;

  private static IsolationCommand.Servers servers;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    servers = IsolationCommand.Servers.start(folder);
  }

  @AfterAll
  static void end() {
    if (servers != null) {
      servers.close();
    }
  }

  @Test
  void tenantIsAnsweredAsIfThereWereNoOther() throws IOException {
    IsolationRun.Report report =
        IsolationRun.of(
            servers.subject(ChromaSubject.Without.NOTHING), REQUESTS, SEED, /* atFirst= */ false);
    assertEquals(List.of(), report.violations());
    assertTrue(report.answeredShare() >= IsolationRun.ANSWERED_MIN);
    assertTrue(report.valid() > REQUESTS / 3, "most of a stream is valid");
  }

  static List<ChromaSubject.Without> guards() {
    return ChromaSubject.Without.each();
  }

  @ParameterizedTest
  @MethodSource("guards")
  void missingGuardIsFound(ChromaSubject.Without guard) throws IOException {
    IsolationRun.Report report =
        IsolationRun.of(servers.subject(guard), REQUESTS, SEED, /* atFirst= */ true);
    assertFalse(report.holds(), "without " + guard.text());
  }
}
