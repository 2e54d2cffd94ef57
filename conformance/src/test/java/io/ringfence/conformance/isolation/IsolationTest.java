package io.ringfence.conformance.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The slice of {@code bench/isolation} that CI runs. */
@Tag("slow")
class IsolationTest {
  private static final long SEED = 1;

  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> chroma() throws IOException, InterruptedException {
    return of(IsolationCommand.Engine.chroma, 500);
  }

  @TestFactory
  Stream<DynamicTest> postgresql() throws IOException, InterruptedException {
    return of(IsolationCommand.Engine.postgresql, 3_000);
  }

  /** Of the stand-in. */
  @TestFactory
  Stream<DynamicTest> qdrant() throws IOException, InterruptedException {
    return of(IsolationCommand.Engine.qdrant, 1_500);
  }

  /** With all guards it holds; without any one of them that is found. */
  private Stream<DynamicTest> of(IsolationCommand.Engine engine, long requests)
      throws IOException, InterruptedException {
    Grounds grounds = Grounds.of(engine, folder);
    Stream<DynamicTest> whole =
        Stream.of(
            DynamicTest.dynamicTest(
                "tenantIsAnsweredAsIfThereWereNoOther", () -> whole(grounds, requests)));
    Stream<DynamicTest> without =
        grounds.guards().stream()
            .map(
                guard ->
                    DynamicTest.dynamicTest(
                        "missingGuardIsFound: " + guard, () -> without(grounds, guard, requests)));
    return Stream.concat(whole, without).onClose(grounds::close);
  }

  private static void whole(Grounds grounds, long requests) throws IOException {
    try (Subject subject = grounds.whole()) {
      IsolationRun.Report report = IsolationRun.of(subject, requests, SEED, /* atFirst= */ false);
      assertEquals(List.of(), report.violations());
      assertTrue(report.answeredShare() >= IsolationRun.ANSWERED_MIN);
      assertTrue(report.valid() > requests / 3, "most of a stream is valid");
    }
  }

  private static void without(Grounds grounds, String guard, long requests) throws IOException {
    try (Subject subject = grounds.without(guard)) {
      IsolationRun.Report report = IsolationRun.of(subject, requests, SEED, /* atFirst= */ true);
      assertFalse(report.holds(), "without " + guard);
    }
  }
}
