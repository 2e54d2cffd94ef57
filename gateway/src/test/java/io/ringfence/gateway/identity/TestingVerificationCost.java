package io.ringfence.gateway.identity;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says what a token costs to verify, first and again, in CPU time of one thread. A main class. */
final class TestingVerificationCost {
  private static final int TOKENS = 2_000;
  private static final int AGAIN = 500_000;
  private static final int ROUNDS = 5;

  private TestingVerificationCost() {}

  public static void main(String[] args) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    TestingIssuer issuer = new TestingIssuer();
    for (String algorithm : List.of("RS256", "PS256", "ES256", "EdDSA")) {
      List<String> tokens = new ArrayList<>();
      for (int i = 0; i < TOKENS; i++) {
        String more = ",\"jti\":\"%d\",\"org\":\"globex\",\"scope\":\"read write\"".formatted(i);
        tokens.add(issuer.token(algorithm, TestingIssuer.claims(Instant.now(), more)));
      }
      for (int round = 1; round <= ROUNDS; round++) {
        TokenVerifier verifier = verifier(issuer.keySet());
        long from = threads.getCurrentThreadCpuTime();
        for (String token : tokens) {
          verifier.verify(token);
        }
        double first = (threads.getCurrentThreadCpuTime() - from) / 1e3 / TOKENS;
        long bytes = threads.getCurrentThreadAllocatedBytes();
        from = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < AGAIN; i++) {
          verifier.verify(tokens.get(i % 100));
        }
        double again = (threads.getCurrentThreadCpuTime() - from) / 1e3 / AGAIN;
        System.out.printf(
            Locale.ROOT,
            "%s, %d characters, round %d: first %.1f us, again %.2f us and %d bytes%n",
            algorithm,
            tokens.getFirst().length(),
            round,
            first,
            again,
            (threads.getCurrentThreadAllocatedBytes() - bytes) / AGAIN);
      }
    }
  }

  private static TokenVerifier verifier(KeySet keys) {
    KeySource source =
        new KeySource() {
          @Override
          public KeySet keys() {
            return keys;
          }

          @Override
          public void missed() {}
        };
    return new TokenVerifier(
        TestingIssuer.ISSUER,
        TestingIssuer.AUDIENCE,
        Optional.empty(),
        source,
        InstantSource.system());
  }
}
