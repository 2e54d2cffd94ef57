package io.ringfence.gateway.wire.postgresql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ScramTest {
  private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";
  private static final String SERVER_FIRST =
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

  private static Scram scram() {
    return new Scram("pencil", Optional.empty(), false, NONCE);
  }

  /** The example of RFC 7677, but for the user's name, which PostgreSQL takes elsewhere. */
  @Test
  void saltedPasswordIsProvedAsTheRfcSays() throws ProtocolViolation {
    Scram scram = scram();
    assertEquals("n,,n=,r=" + NONCE, scram.first());
    String last = scram.last(SERVER_FIRST);
    assertTrue(last.startsWith("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p="));
  }

  @Test
  void serversThatDoNotKnowThePasswordAreFound() throws ProtocolViolation {
    Scram scram = scram();
    scram.first();
    scram.last(SERVER_FIRST);
    String wrong = Base64.getEncoder().encodeToString(new byte[32]);
    for (String last : List.of("v=" + wrong, "v=", "", "e=other-error", "v=!")) {
      assertThrows(ProtocolViolation.class, () -> scram.verify(last), last);
    }
    assertThrows(ProtocolViolation.class, () -> scram().verify("v=" + wrong));
  }

  @Test
  void firstMessagesThatAreOddAreRefused() {
    for (String first :
        List.of(
            "",
            "r=other,s=W22Z,i=4096",
            "r=" + NONCE + ",s=W22Z,i=4096",
            "r=" + NONCE + "x,s=W22Z,i=4095",
            "r=" + NONCE + "x,s=W22Z,i=100001",
            "r=" + NONCE + "x,s=W22Z,i=-1",
            "r=" + NONCE + "x,s=!,i=4096")) {
      Scram scram = scram();
      scram.first();
      assertThrows(ProtocolViolation.class, () -> scram.last(first), first);
    }
  }

  @Test
  void iterationsAtTheLimitAreDone() throws ProtocolViolation {
    Scram scram = scram();
    scram.first();
    scram.last("r=" + NONCE + "x,s=W22Z,i=" + Scram.ITERATIONS_MAX);
  }

  @Test
  void channelIsBoundWhereItCanBe() throws ProtocolViolation {
    byte[] hash = "of a certificate".getBytes(StandardCharsets.UTF_8);
    Scram bound = new Scram("pencil", Optional.of(hash), true, NONCE);
    assertEquals("SCRAM-SHA-256-PLUS", bound.mechanism());
    assertEquals("p=tls-server-end-point,,n=,r=" + NONCE, bound.first());
    String channel =
        Base64.getEncoder()
            .encodeToString(
                "p=tls-server-end-point,,of a certificate".getBytes(StandardCharsets.UTF_8));
    assertTrue(bound.last(SERVER_FIRST).startsWith("c=" + channel + ",r="));
    // TLS, and a server that does not offer it: told so, so that nobody between leaves it out.
    Scram could = new Scram("pencil", Optional.of(hash), false);
    assertEquals("SCRAM-SHA-256", could.mechanism());
    assertTrue(could.first().startsWith("y,,"));
  }
}
