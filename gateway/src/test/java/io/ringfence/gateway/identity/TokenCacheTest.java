package io.ringfence.gateway.identity;

import static io.ringfence.gateway.identity.TestingIssuer.claims;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.request.RefusedException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is remembered of tokens is no weaker than verifying them. */
class TokenCacheTest {
  private final TestingIssuer issuer = new TestingIssuer("rsa=RSA");
  private final TestingTime time = new TestingTime();
  private KeySet keys = issuer.keySet();
  private final TokenVerifier verifier =
      new TokenVerifier(
          TestingIssuer.ISSUER,
          TestingIssuer.AUDIENCE,
          Optional.empty(),
          new KeySource() {
            @Override
            public KeySet keys() {
              return keys;
            }

            @Override
            public void missed() {}
          },
          time,
          4);
  private final String token = issuer.token("RS256", claims(TestingTime.START));

  @Test
  void aTokenIsVerifiedOnce() throws RefusedException {
    assertSame(verifier.verify(token), verifier.verify(token));
  }

  @Test
  void itIsForgottenWhenItExpires() throws RefusedException {
    VerifiedToken first = verifier.verify(token);
    time.pass(Duration.ofSeconds(3599));
    assertSame(first, verifier.verify(token));
    time.pass(Duration.ofSeconds(1));
    assertNotSame(first, verifier.verify(token), "within the skew it is verified each time");
    assertEquals(0, verifier.remembered());
    time.pass(TokenVerifier.CLOCK_SKEW);
    assertThrows(RefusedException.class, () -> verifier.verify(token));
  }

  @Test
  void itIsForgottenWithItsKey() throws RefusedException {
    verifier.verify(token);
    keys = new TestingIssuer("rsa=RSA").keySet();
    assertThrows(RefusedException.class, () -> verifier.verify(token));
    keys = issuer.keySet();
    assertEquals("ada", verifier.verify(token).facts().get("claims.sub"));
  }

  @Test
  void aSetFetchedAgainWithTheSameKeyForgetsNothing() throws RefusedException {
    VerifiedToken first = verifier.verify(token);
    keys = issuer.keySet();
    assertSame(first, verifier.verify(token));
  }

  @Test
  void thereAreNeverMoreThanTheBound() throws RefusedException {
    for (int i = 0; i < 20; i++) {
      verifier.verify(issuer.token("RS256", claims(TestingTime.START, ",\"jti\":\"" + i + "\"")));
      assertTrue(verifier.remembered() <= 4, "remembers " + verifier.remembered());
    }
  }

  @Test
  void whatIsUsedStaysAndWhatIsNotGoes() {
    RecentCache<String, String> cache = new RecentCache<>(4);
    cache.put("used", "1");
    for (int i = 0; i < 10; i++) {
      cache.put("other" + i, "");
      assertEquals("1", cache.get("used"));
    }
    assertNull(cache.get("other0"));
  }

  @Test
  void tokensAreToldApartByAllOfTheirHash() {
    assertEquals(TokenHash.of(token), TokenHash.of(token));
    assertNotEquals(TokenHash.of(token), TokenHash.of(token + "A"));
  }
}
