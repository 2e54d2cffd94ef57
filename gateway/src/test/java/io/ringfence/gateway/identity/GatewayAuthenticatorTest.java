package io.ringfence.gateway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.testing.TestingAuthority;
import io.ringfence.model.Gateway;
import io.ringfence.model.Secret;
import io.ringfence.model.SourceLocation;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which proofs a gateway takes, together and alone, and what follows from them. */
class GatewayAuthenticatorTest {
  private static final String API = "spiffe://acme.example/api";
  private static final TestingAuthority ACME = new TestingAuthority("acme.example");
  private static final TestingIssuer ISSUES = new TestingIssuer("p256=secp256r1");
  private static final X509Certificate CERTIFICATE = ACME.workload(API).getCertificate();

  @TempDir private Path folder;

  private final TestingTime time = new TestingTime();
  private final Instant now = Instant.now();
  private final String key = ApiKeyText.random(new SecureRandom());
  private final String others = ApiKeyText.random(new SecureRandom());
  private final List<GatewayAuthenticator> opened = new ArrayList<>();

  @BeforeEach
  void write() throws IOException {
    time.set(now);
    Files.writeString(folder.resolve("jwks.json"), ISSUES.jwks());
    Files.writeString(
        folder.resolve("keys.yaml"),
        ApiKeyFile.text(
            List.of(
                listed(key, API, "acme"), listed(others, "spiffe://acme.example/other", null))));
  }

  private ApiKey listed(String text, String principal, String tenant) {
    return new ApiKey(
        ApiKeyText.id(text).orElseThrow(),
        ApiKeyText.sha256(text),
        Optional.of(principal),
        Optional.ofNullable(tenant),
        now.plusSeconds(600),
        Optional.empty(),
        Optional.of("it's \"a\" note"));
  }

  @AfterEach
  void close() {
    opened.forEach(GatewayAuthenticator::close);
  }

  private GatewayAuthenticator with(
      Gateway.Demand mtls, boolean jwt, boolean keys, Optional<Gateway.Posture> posture)
      throws SourceException {
    Secret pem = new Secret.OfFile("unused.pem");
    Gateway gateway =
        new Gateway(
            "gateway",
            List.of(),
            Map.of(),
            Optional.of(new Gateway.Tls(pem, pem, Map.of("acme.example", pem))),
            Map.of(),
            new Gateway.Identity(
                mtls,
                jwt
                    ? Optional.of(
                        new Gateway.Jwt(
                            TestingIssuer.ISSUER,
                            TestingIssuer.AUDIENCE,
                            new Gateway.Jwks.OfFile("jwks.json")))
                    : Optional.empty(),
                posture),
            Gateway.Sessions.DEFAULT,
            Gateway.Limits.NONE,
            Optional.empty(),
            Optional.empty(),
            keys ? Optional.of(new Secret.OfFile("keys.yaml")) : Optional.empty(),
            List.of(),
            new SourceLocation("test.yaml", 1, 1));
    GatewayAuthenticator out =
        GatewayAuthenticator.open(
            gateway,
            new IdentitySettings(
                folder,
                name -> null,
                (host, port) -> List.of(InetAddress.getLoopbackAddress()),
                (SSLSocketFactory) SSLSocketFactory.getDefault(),
                time));
    opened.add(out);
    return out;
  }

  private String token() {
    return ISSUES.token("ES256", TestingIssuer.claims(now, ",\"org\":\"acme\""));
  }

  private Proofs proofs(String certificate, String secret) {
    X509Certificate shown =
        switch (certificate) {
          case "good" -> CERTIFICATE;
          case "foreign" -> ACME.workload("spiffe://other.example/api").getCertificate();
          case "old" -> ACME.workload(API, now.minusSeconds(1)).getCertificate();
          case "nameless" -> ACME.server("acme.example").getCertificate();
          default -> null;
        };
    String said =
        switch (secret) {
          case "token" -> token();
          case "forged" ->
              new TestingIssuer("p256=secp256r1").token("ES256", TestingIssuer.claims(now));
          case "key" -> key;
          case "other's" -> others;
          case "unknown" -> ApiKeyText.random(new SecureRandom());
          case "cut" -> key.substring(0, key.length() - 1);
          case "changed" ->
              key.substring(0, 20) + (key.charAt(20) == 'x' ? 'y' : 'x') + key.substring(21);
          case "nonsense" -> "nonsense";
          default -> null;
        };
    return new Proofs(Optional.ofNullable(shown), Optional.ofNullable(said));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // demanded | also taken | certificate | secret | who
        "REQUIRED | jwt keys | good     | -        | spiffe://acme.example/api",
        "REQUIRED | jwt keys | good     | token    | spiffe://acme.example/api with"
            + " https://login.acme.example#ada",
        "REQUIRED | jwt keys | good     | key      | spiffe://acme.example/api with key:K",
        "REQUIRED | jwt keys | -        | -        | no client certificate",
        "REQUIRED | jwt keys | -        | token    | no client certificate",
        "REQUIRED | jwt keys | -        | key      | no client certificate",
        "REQUIRED | jwt keys | foreign  | -        | trust domain is not trusted",
        "REQUIRED | jwt keys | old      | -        | has expired",
        "REQUIRED | jwt keys | nameless | -        | not for clients",
        "REQUIRED | jwt keys | old      | token    | has expired",
        "REQUIRED | jwt keys | good     | forged   | signature",
        "REQUIRED | jwt keys | good     | nonsense | three parts",
        "REQUIRED | jwt keys | good     | other's  | not for who the certificate names",
        "REQUIRED | -        | good     | token    | tokens are not taken",
        "REQUIRED | -        | good     | key      | API keys are not taken",
        "REQUIRED | -        | good     | nonsense | tokens are not taken",
        "OPTIONAL | jwt keys | good     | -        | spiffe://acme.example/api",
        "OPTIONAL | jwt keys | -        | token    | https://login.acme.example#ada",
        "OPTIONAL | jwt keys | -        | key      | spiffe://acme.example/api with key:K",
        "OPTIONAL | jwt keys | -        | other's  | spiffe://acme.example/other with key:K",
        "OPTIONAL | jwt keys | -        | -        | no proof of identity",
        "OPTIONAL | jwt keys | old      | token    | has expired",
        "OPTIONAL | jwt keys | -        | unknown  | none of those taken",
        "OPTIONAL | jwt keys | -        | cut      | none of those taken",
        "OPTIONAL | jwt keys | -        | changed  | none of those taken",
        "OPTIONAL | -        | -        | token    | tokens are not taken",
        "OFF      | jwt keys | -        | token    | https://login.acme.example#ada",
        "OFF      | jwt keys | good     | token    | https://login.acme.example#ada",
        "OFF      | jwt keys | good     | -        | no proof of identity",
        "OFF      | -        | -        | -        | no proof of identity",
      })
  void combinations(
      Gateway.Demand mtls, String taken, String certificate, String secret, String expected)
      throws SourceException {
    GatewayAuthenticator authenticator =
        with(mtls, taken.contains("jwt"), taken.contains("keys"), Optional.empty());
    String said;
    try {
      said = authenticator.authenticate(proofs(certificate, secret)).name();
    } catch (RefusedException e) {
      assertEquals(Refusal.Kind.UNAUTHENTICATED, e.refusal().kind());
      said = e.refusal().text();
    }
    String plain = said.replaceAll("key:[a-z2-7]{10}$", "key:K");
    assertTrue(expected.contains("://") ? plain.equals(expected) : plain.contains(expected), plain);
  }

  @Test
  void whatIsShownFirstToExpireIsWhenItEnds() throws Exception {
    GatewayAuthenticator authenticator =
        with(Gateway.Demand.OPTIONAL, true, true, Optional.empty());
    Instant certificate = CERTIFICATE.getNotAfter().toInstant();
    assertEquals(certificate, authenticator.authenticate(proofs("good", "-")).until());
    assertEquals(now.plusSeconds(600), authenticator.authenticate(proofs("good", "key")).until());
    Instant token =
        Instant.ofEpochSecond(now.getEpochSecond() + 3600).plus(TokenVerifier.CLOCK_SKEW);
    assertEquals(token, authenticator.authenticate(proofs("-", "token")).until());
    assertEquals(
        certificate.isBefore(token) ? certificate : token,
        authenticator.authenticate(proofs("good", "token")).until());
  }

  @Test
  void aKeyEndsAtItsTimeAndItsMarksTellItApart() throws Exception {
    GatewayAuthenticator authenticator =
        with(Gateway.Demand.OPTIONAL, true, true, Optional.empty());
    Identified identified = authenticator.authenticate(proofs("-", "key"));
    assertEquals(ApiKeyText.id(key), identified.marks().key());
    assertEquals(Optional.of("acme"), identified.credentials().tenant());
    assertEquals(Optional.of(API), identified.credentials().spiffeId());
    time.pass(Duration.ofSeconds(600));
    Files.setLastModifiedTime(
        folder.resolve("keys.yaml"), java.nio.file.attribute.FileTime.from(now));
    RefusedException e =
        assertThrows(RefusedException.class, () -> authenticator.authenticate(proofs("-", "key")));
    assertTrue(
        e.refusal().text().contains("expired") || e.refusal().text().contains("now"),
        e.refusal().text());
  }

  @Test
  void aFileThatCannotBeUsedStopsTheStart() throws IOException {
    Files.writeString(folder.resolve("jwks.json"), "{}");
    assertThrows(
        SourceException.class, () -> with(Gateway.Demand.OFF, true, false, Optional.empty()));
    Files.delete(folder.resolve("keys.yaml"));
    assertThrows(
        SourceException.class, () -> with(Gateway.Demand.OFF, false, true, Optional.empty()));
  }

  // --- Devices ---

  private Map<String, Object> facts(String devices, String claims) throws Exception {
    Files.writeString(folder.resolve("devices.json"), devices);
    GatewayAuthenticator authenticator =
        with(
            Gateway.Demand.OPTIONAL,
            true,
            false,
            Optional.of(
                new Gateway.Posture(
                    Optional.of("device"), Optional.of("devices.json"), Duration.ofMinutes(5))));
    String token = ISSUES.token("ES256", TestingIssuer.claims(now, claims));
    return authenticator
        .authenticate(new Proofs(Optional.of(CERTIFICATE), Optional.of(token)))
        .facts();
  }

  private String device(Instant seen, String facts) {
    return "{\"devices\":{\"" + API + "\":{\"seen\":\"" + seen + "\"" + facts + "}}}";
  }

  @Test
  void aDeviceIsToldOfByTheFileOrByTheSignedClaim() throws Exception {
    Map<String, Object> file = facts(device(now, ",\"healthy\":true,\"os\":\"linux\""), "");
    assertEquals(true, file.get("device.healthy"));
    assertEquals("linux", file.get("device.os"));
    Map<String, Object> claim =
        facts("{\"devices\":{}}", ",\"device\":{\"healthy\":true,\"patch\":7}");
    assertEquals(true, claim.get("device.healthy"));
    assertEquals(7L, claim.get("device.patch"));
    assertEquals("ada", claim.get("claims.sub"));
  }

  @Test
  void whatTheyDifferInIsAbsent() throws Exception {
    Map<String, Object> both =
        facts(
            device(now, ",\"healthy\":false,\"os\":\"linux\""),
            ",\"device\":{\"healthy\":true,\"os\":\"linux\"}");
    assertTrue(!both.containsKey("device.healthy"), both.toString());
    assertEquals("linux", both.get("device.os"));
  }

  @Test
  void aDeviceSeenTooLongAgoOrNeverHasNoFacts() throws Exception {
    assertEquals(
        true, facts(device(now.minusSeconds(300), ",\"healthy\":true"), "").get("device.healthy"));
    for (Instant seen : List.of(now.minusMillis(300_001), now.plusSeconds(31))) {
      assertTrue(
          !facts(device(seen, ",\"healthy\":true"), "").containsKey("device.healthy"),
          seen.toString());
    }
    String another = device(now, ",\"healthy\":true").replace(API, API + "2");
    assertTrue(!facts(another, "").containsKey("device.healthy"));
  }

  @Test
  void aTokenTellsOfNoDeviceUnlessTheBlueprintSaysSo() throws Exception {
    GatewayAuthenticator authenticator = with(Gateway.Demand.OFF, true, false, Optional.empty());
    String token =
        ISSUES.token("ES256", TestingIssuer.claims(now, ",\"device\":{\"healthy\":true}"));
    Map<String, Object> facts =
        authenticator.authenticate(new Proofs(Optional.empty(), Optional.of(token))).facts();
    assertTrue(facts.keySet().stream().noneMatch(f -> f.startsWith("device.")), facts.toString());
  }

  @Test
  void aFileOfDevicesIsReadStrictly() {
    for (String bad :
        List.of(
            "",
            "[]",
            "{}",
            "{\"devices\":[]}",
            "{\"devices\":{},\"more\":1}",
            "{\"devices\":{\"a\":{\"healthy\":true}}}",
            "{\"devices\":{\"a\":{\"seen\":\"yesterday\"}}}",
            "{\"devices\":{\"a\":{\"seen\":1}}}",
            "{\"devices\":{\"a\":{\"seen\":\"2026-01-01T00:00:00Z\"},\"a\":{\"seen\":\"2026-01-01T00:00:00Z\"}}}")) {
      assertThrows(
          SourceException.class,
          () -> DeviceFile.parse(bad.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
          bad);
    }
  }
}
