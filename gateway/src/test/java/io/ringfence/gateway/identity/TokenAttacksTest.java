package io.ringfence.gateway.identity;

import static io.ringfence.gateway.identity.TestingIssuer.AUDIENCE;
import static io.ringfence.gateway.identity.TestingIssuer.ISSUER;
import static io.ringfence.gateway.identity.TestingIssuer.base64;
import static io.ringfence.gateway.identity.TestingIssuer.claims;
import static io.ringfence.gateway.identity.TestingIssuer.header;
import static io.ringfence.gateway.identity.TestingIssuer.mac;
import static io.ringfence.gateway.identity.TestingIssuer.unsigned;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to forge, bend or reuse a token that we know of is a row here. */
class TokenAttacksTest {
  private static final Instant NOW = TestingTime.START;
  private static final TestingIssuer ISSUES = new TestingIssuer();
  private static final KeyPair ATTACKER = TestingIssuer.pair("RSA");
  private static final String GOOD = claims(NOW);

  private final TestingTime time = new TestingTime();
  private final TokenVerifier verifier = verifier(ISSUES.keySet());

  private TokenVerifier verifier(KeySet keys) {
    KeySource source =
        new KeySource() {
          @Override
          public KeySet keys() {
            return keys;
          }

          @Override
          public void missed() {}
        };
    return new TokenVerifier(ISSUER, AUDIENCE, Optional.empty(), source, time);
  }

  /**
   * A token that must be refused.
   *
   * @param why part of what is said
   */
  private record Attack(String name, String token, String why) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Attack attack(String name, String why, String token) {
    return new Attack(name, token, why);
  }

  /** By the issuer's RSA key, with this header. */
  private static String withHeader(String header) {
    return ISSUES.token(header, GOOD, "RS256", "rsa");
  }

  /** By the issuer's RSA key, with these claims. */
  private static String withClaims(String claims) {
    return ISSUES.token("RS256", claims);
  }

  private static String instead(String claim, String value) {
    return GOOD.replaceFirst(
        "\"" + claim + "\":(\"[^\"]*\"|\\d+)",
        Matcher.quoteReplacement("\"" + claim + "\":" + value));
  }

  private static String without(String claim) {
    return GOOD.replaceFirst("\"" + claim + "\":(\"[^\"]*\"|\\d+),?", "").replace(",}", "}");
  }

  static Stream<Attack> attacks() {
    String good = ISSUES.token("RS256", GOOD);
    String[] parts = good.split("\\.");
    byte[] publicKey = ISSUES.publicKey("rsa").getEncoded();
    byte[] pem =
        ("-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(publicKey)
                + "\n-----END PUBLIC KEY-----\n")
            .getBytes(StandardCharsets.US_ASCII);
    String byAttacker =
        TestingIssuer.token(header("RS256", "rsa"), GOOD, "RS256", ATTACKER.getPrivate());
    String jwk = TestingIssuer.jwk("rsa", ATTACKER);
    long exp = NOW.getEpochSecond();
    return Stream.of(
        // no signature
        attack("none", "`alg`", unsigned("{\"alg\":\"none\"}", GOOD) + "."),
        attack("None", "`alg`", unsigned("{\"alg\":\"None\"}", GOOD) + "."),
        attack("NONE", "`alg`", unsigned("{\"alg\":\"NONE\",\"kid\":\"rsa\"}", GOOD) + ".AA"),
        attack("nonE", "`alg`", unsigned("{\"alg\":\"nonE\"}", GOOD) + "." + parts[2]),
        attack("empty algorithm", "`alg`", withHeader("{\"alg\":\"\",\"kid\":\"rsa\"}")),
        attack("no algorithm", "`alg`", withHeader("{\"kid\":\"rsa\"}")),
        attack("algorithm in a list", "`alg`", withHeader("{\"alg\":[\"RS256\"],\"kid\":\"rsa\"}")),
        attack("algorithm null", "`alg`", withHeader("{\"alg\":null,\"kid\":\"rsa\"}")),
        attack("algorithm in lower case", "`alg`", withHeader(header("rs256", "rsa"))),
        attack("algorithm with a space", "`alg`", withHeader(header("RS256 ", "rsa"))),
        attack("signature cut off", "length", parts[0] + "." + parts[1] + "."),
        attack("signature and its dot cut off", "three parts", parts[0] + "." + parts[1]),
        attack(
            "signature of zeros",
            "signature",
            parts[0] + "." + parts[1] + "." + base64(new byte[256])),
        attack(
            "signature too long",
            "length",
            parts[0] + "." + parts[1] + "." + base64(new byte[1025])),
        attack(
            "ecdsa signature of zeros (CVE-2022-21449)",
            "signature",
            unsigned(header("ES256", "p256"), GOOD) + "." + base64(new byte[64])),
        attack(
            "ecdsa signature in DER",
            "signature",
            unsigned(header("ES256", "p256"), GOOD)
                + "."
                + base64(new byte[] {0x30, 6, 2, 1, 0, 2, 1, 0})),
        attack(
            "ed25519 signature of zeros",
            "signature",
            unsigned(header("EdDSA", "ed"), GOOD) + "." + base64(new byte[64])),

        // algorithm confusion
        attack(
            "HS256 with the public key's DER",
            "`alg`",
            mac(header("HS256", "rsa"), GOOD, publicKey)),
        attack("HS256 with the public key's PEM", "`alg`", mac(header("HS256", "rsa"), GOOD, pem)),
        attack("HS256 with an empty key", "`alg`", mac(header("HS256", "rsa"), GOOD, new byte[1])),
        attack("mac under RS256", "signature", mac(header("RS256", "rsa"), GOOD, publicKey)),
        attack("ES256 named, RS256 signed", "fits", withHeader(header("ES256", "rsa"))),
        attack("RS256 named, key of ES256", "fits", withHeader(header("RS256", "p256"))),
        attack("PS256 named, RS256 signed", "signature", withHeader(header("PS256", "rsa"))),
        attack("RS512 named, RS256 signed", "signature", withHeader(header("RS512", "rsa"))),
        attack(
            "ES384 on P-256", "fits", ISSUES.token(header("ES384", "p256"), GOOD, "ES256", "p256")),
        attack(
            "EdDSA key for RS256",
            "fits",
            ISSUES.token(header("RS256", "ed"), GOOD, "EdDSA", "ed")),
        attack("ES256K", "`alg`", withHeader(header("ES256K", "rsa"))),
        attack("encrypted", "three parts", "e30.e30.e30.e30.e30"),
        attack("direct encryption named", "`alg`", withHeader(header("dir", "rsa"))),

        // keys that the token brings or points at
        attack(
            "jwk",
            "not taken: `jwk`",
            TestingIssuer.token(
                "{\"alg\":\"RS256\",\"jwk\":" + jwk + "}", GOOD, "RS256", ATTACKER.getPrivate())),
        attack(
            "jku",
            "not taken: `jku`",
            TestingIssuer.token(
                "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"jku\":\"https://evil.example/jwks\"}",
                GOOD,
                "RS256",
                ATTACKER.getPrivate())),
        attack(
            "x5u",
            "not taken: `x5u`",
            withHeader("{\"alg\":\"RS256\",\"kid\":\"rsa\",\"x5u\":\"https://evil.example/c\"}")),
        attack(
            "x5c",
            "not taken: `x5c`",
            withHeader("{\"alg\":\"RS256\",\"kid\":\"rsa\",\"x5c\":[\"MII\"]}")),
        attack(
            "crit",
            "not taken: `crit`",
            withHeader("{\"alg\":\"RS256\",\"kid\":\"rsa\",\"crit\":[\"exp\"]}")),
        attack(
            "b64 false",
            "not taken: `b64`",
            withHeader("{\"alg\":\"RS256\",\"kid\":\"rsa\",\"b64\":false}")),
        attack(
            "zip",
            "not taken: `zip`",
            withHeader("{\"alg\":\"RS256\",\"kid\":\"rsa\",\"zip\":\"DEF\"}")),
        attack(
            "cty of a nested token",
            "not taken: `cty`",
            withHeader("{\"alg\":\"RS256\",\"kid\":\"rsa\",\"cty\":\"JWT\"}")),
        attack(
            "unknown header",
            "not taken: `x`",
            withHeader("{\"alg\":\"RS256\",\"kid\":\"rsa\",\"x\":1}")),
        attack(
            "type of another token",
            "`typ`",
            withHeader("{\"alg\":\"RS256\",\"kid\":\"rsa\",\"typ\":\"logout+jwt\"}")),
        attack("another's key under our name", "signature", byAttacker),
        attack(
            "another's key without a name",
            "fits",
            TestingIssuer.token(
                "{\"alg\":\"ES256\",\"kid\":\"\"}", GOOD, "RS256", ATTACKER.getPrivate())),
        attack("kid as a path", "fits", withHeader(header("RS256", "../../../../dev/null"))),
        attack("kid as SQL", "fits", withHeader(header("RS256", "x' UNION SELECT 'k' --"))),
        attack("kid as a URL", "fits", withHeader(header("RS256", "https://evil.example/k"))),
        attack("kid in another case", "fits", withHeader(header("RS256", "RSA"))),
        attack("kid with a NUL", "fits", withHeader("{\"alg\":\"RS256\",\"kid\":\"rsa\\u0000\"}")),
        attack("kid a number", "`kid`", withHeader("{\"alg\":\"RS256\",\"kid\":1}")),
        attack("kid a list", "`kid`", withHeader("{\"alg\":\"RS256\",\"kid\":[\"rsa\"]}")),
        attack("kid too long", "`kid`", withHeader(header("RS256", "k".repeat(257)))),

        // two readings of one text
        attack(
            "algorithm twice",
            "header",
            withHeader("{\"alg\":\"none\",\"alg\":\"RS256\",\"kid\":\"rsa\"}")),
        attack(
            "kid twice",
            "header",
            withHeader("{\"alg\":\"RS256\",\"kid\":\"rsa\",\"kid\":\"p256\"}")),
        attack(
            "key twice, once escaped",
            "header",
            withHeader("{\"alg\":\"RS256\",\"\\u0061lg\":\"none\",\"kid\":\"rsa\"}")),
        attack("claim twice", "claims", withClaims(claims(NOW, ",\"sub\":\"eve\""))),
        attack(
            "claim twice, escaped", "claims", withClaims(claims(NOW, ",\"\\u0065xp\":9999999999"))),
        attack("after the claims", "claims", withClaims(GOOD + "{\"sub\":\"eve\"}")),
        attack("comment", "claims", withClaims(GOOD.replace("{", "{/**/"))),
        attack("claims a list", "no JSON object", withClaims("[" + GOOD + "]")),
        attack("claims a text", "no JSON object", withClaims("\"x\"")),
        attack("claims nothing", "claims", withClaims("")),
        attack("header a list", "no JSON object", withHeader("[]")),
        attack("byte order mark", "header", withHeader("\ufeff" + header("RS256", "rsa"))),
        attack(
            "not UTF-8",
            "claims",
            parts[0] + "." + base64(new byte[] {'{', (byte) 0xff, '}'}) + "." + parts[2]),
        attack("half a character", "claims", withClaims(claims(NOW, ",\"x\":\"\\ud800\""))),
        attack(
            "nested deep",
            "claims",
            withClaims(claims(NOW, ",\"x\":" + "[".repeat(9) + "]".repeat(9)))),
        attack("padded", "base64url", parts[0] + "." + parts[1] + "." + parts[2] + "="),
        attack(
            "plain base64",
            "base64url",
            parts[0] + "." + parts[1] + "." + parts[2].replace('-', '+').replace('_', '/') + "+/"),
        attack("white space inside", "base64url", parts[0] + ".\n" + parts[1] + "." + parts[2]),
        attack("white space at the end", "base64url", good + " "),
        attack("white space before", "base64url", " " + good),
        attack(
            "bits left over",
            "base64url",
            good.substring(0, good.length() - 1) + next(good.charAt(good.length() - 1))),
        attack("four parts", "three parts", good + "." + parts[2]),
        attack(
            "JSON serialization",
            "three parts",
            "{\"payload\":\""
                + parts[1]
                + "\",\"protected\":\""
                + parts[0]
                + "\",\"signature\":\""
                + parts[2]
                + "\"}"),
        attack("nothing", "three parts", ""),
        attack("dots", "three parts", ".."),
        attack("bearer left in", "base64url", "Bearer " + good),

        // a good signature over something else
        attack(
            "claims exchanged",
            "signature",
            parts[0]
                + "."
                + base64(instead("sub", "\"eve\"").getBytes(StandardCharsets.UTF_8))
                + "."
                + parts[2]),
        attack(
            "header exchanged",
            "signature",
            base64(
                    "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"typ\":\"JWT\"}"
                        .getBytes(StandardCharsets.UTF_8))
                + "."
                + parts[1]
                + "."
                + parts[2]),

        // whose it is, and whom it is for
        attack("another issuer", "issuer", withClaims(instead("iss", "\"https://evil.example\""))),
        attack("issuer with a slash", "issuer", withClaims(instead("iss", "\"" + ISSUER + "/\""))),
        attack(
            "issuer in upper case",
            "issuer",
            withClaims(instead("iss", "\"HTTPS://login.acme.example\""))),
        attack(
            "issuer that begins alike",
            "issuer",
            withClaims(instead("iss", "\"" + ISSUER + ".evil.example\""))),
        attack("issuer a list", "issuer", withClaims(instead("iss", "[\"" + ISSUER + "\"]"))),
        attack("no issuer", "issuer", withClaims(without("iss"))),
        attack("another audience", "audience", withClaims(instead("aud", "\"billing\""))),
        attack(
            "audience that begins alike", "audience", withClaims(instead("aud", "\"vectordb2\""))),
        attack(
            "audience with ours inside",
            "audience",
            withClaims(instead("aud", "\"billing vectordb\""))),
        attack(
            "audiences without ours",
            "audience",
            withClaims(instead("aud", "[\"billing\",\"VECTORDB\"]"))),
        attack(
            "audiences with no text", "audience", withClaims(instead("aud", "[\"vectordb\",1]"))),
        attack("audience an object", "audience", withClaims(instead("aud", "{\"vectordb\":true}"))),
        attack("no audience", "audience", withClaims(without("aud"))),
        attack("empty audiences", "audience", withClaims(instead("aud", "[]"))),
        attack(
            "too many audiences",
            "audience",
            withClaims(instead("aud", "[" + "\"vectordb\",".repeat(32) + "\"vectordb\"]"))),
        attack("no subject", "`sub`", withClaims(without("sub"))),
        attack("empty subject", "`sub`", withClaims(instead("sub", "\" \""))),
        attack("subject a number", "`sub`", withClaims(instead("sub", "7"))),
        attack("subject with a line's end", "`sub`", withClaims(instead("sub", "\"ada\\n\""))),
        attack(
            "subject too long", "`sub`", withClaims(instead("sub", "\"" + "s".repeat(513) + "\""))),
        attack("id of a token an object", "`jti`", withClaims(claims(NOW, ",\"jti\":{}"))),

        // when
        attack("expired", "expired", withClaims(instead("exp", "" + (exp - 30)))),
        attack("never expires", "`exp`", withClaims(without("exp"))),
        attack("expires as text", "`exp`", withClaims(instead("exp", "\"9999999999\""))),
        attack("expires null", "`exp`", withClaims(instead("exp", "null"))),
        attack("expires below zero", "`exp`", withClaims(instead("exp", "-1"))),
        attack("expires past all time", "`exp`", withClaims(instead("exp", "1e300"))),
        attack("expires in milliseconds", "`exp`", withClaims(instead("exp", "253402300800000"))),
        attack("expires infinitely late", "claims", withClaims(instead("exp", "1e999"))),
        attack("not yet", "not valid yet", withClaims(claims(NOW, ",\"nbf\":" + (exp + 31)))),
        attack("not before a text", "`nbf`", withClaims(claims(NOW, ",\"nbf\":\"0\""))),
        attack("issued in the future", "future", withClaims(instead("iat", "" + (exp + 31)))),
        attack(
            "too large", "longer", withClaims(claims(NOW, ",\"x\":\"" + "x".repeat(8192) + "\""))));
  }

  /** A character whose last bits differ, where those are left over by base64. */
  private static char next(char c) {
    return c == 'z' ? 'y' : (char) (c + 1);
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void isRefused(Attack attack) {
    RefusedException refused =
        assertThrows(RefusedException.class, () -> verifier.verify(attack.token()));
    assertEquals(Refusal.Kind.UNAUTHENTICATED, refused.refusal().kind());
    assertTrue(refused.refusal().text().contains(attack.why()), refused.refusal().text());
    assertEquals(0, verifier.remembered());
  }

  /** What the attacks are changed from is good, or they would show nothing. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
        "Ed25519"
      })
  void whatIsSignedByTheIssuersKeyCounts(String algorithm) throws RefusedException {
    VerifiedToken token = verifier.verify(ISSUES.token(algorithm, GOOD));
    assertEquals(ISSUER + "#ada", token.subject());
    assertEquals("ada", token.facts().get("claims.sub"));
  }

  /** At each limit where the attacks are one past it. */
  static Stream<String> atTheLimits() {
    long now = NOW.getEpochSecond();
    int room = SignedToken.CHARACTERS_MAX - withClaims(claims(NOW, ",\"x\":\"\"")).length();
    return Stream.of(
        withClaims(instead("exp", "" + (now - 29))),
        withClaims(instead("exp", "" + (now - 29) + ".5")),
        withClaims(instead("exp", "253402300799")),
        withClaims(claims(NOW, ",\"nbf\":" + (now + 30))),
        withClaims(instead("iat", "" + (now + 30))),
        withClaims(without("iat")),
        withClaims(instead("sub", "\"" + "s".repeat(512) + "\"")),
        withClaims(instead("aud", "[\"billing\",\"vectordb\"]")),
        withClaims(instead("aud", "[" + "\"vectordb\",".repeat(31) + "\"vectordb\"]")),
        withClaims(claims(NOW, ",\"x\":" + "[".repeat(7) + "]".repeat(7))),
        withClaims(claims(NOW, ",\"x\":\"" + "x".repeat(room * 3 / 4) + "\"")),
        withHeader("{\"alg\":\"RS256\",\"kid\":\"rsa\",\"typ\":\"at+jwt\",\"x5t\":\"abc\"}"),
        withHeader("{\"typ\":\"JWT\",\"alg\":\"RS256\"}"));
  }

  @ParameterizedTest
  @MethodSource("atTheLimits")
  void isTaken(String token) throws RefusedException {
    assertEquals(ISSUER, verifier.verify(token).token().issuer());
  }

  @Test
  void aKeyIdOfTheLongestLengthIsTaken() throws RefusedException {
    String name = "k".repeat(SignedToken.KEY_ID_CHARACTERS_MAX);
    TestingIssuer issuer = new TestingIssuer(name + "=RSA");
    TokenVerifier one = verifier(issuer.keySet());
    assertEquals(
        ISSUER + "#ada",
        one.verify(issuer.token(header("RS256", name), GOOD, "RS256", name)).subject());
  }

  @Test
  void aTokenWithoutKidIsForTheOnlyKeyOfItsKind() {
    TestingIssuer two = new TestingIssuer("a=RSA", "b=RSA");
    TokenVerifier either = verifier(two.keySet());
    assertThrows(
        RefusedException.class,
        () -> either.verify(two.token("{\"alg\":\"RS256\"}", GOOD, "RS256", "a")));
  }

  /** Whoever changes a signature without the key makes no token that escapes a revocation. */
  @Test
  void aMalleableSignatureMakesNoOtherToken() throws RefusedException {
    String token = ISSUES.token("ES256", GOOD);
    byte[] signature = Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1));
    BigInteger order =
        ((java.security.interfaces.ECPublicKey) ISSUES.publicKey("p256")).getParams().getOrder();
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, 32, 64));
    byte[] other = order.subtract(s).toByteArray();
    byte[] mirrored = Arrays.copyOf(signature, 64);
    Arrays.fill(mirrored, 32, 64, (byte) 0);
    int length = Math.min(32, other.length);
    System.arraycopy(other, other.length - length, mirrored, 64 - length, length);
    String twin = token.substring(0, token.lastIndexOf('.') + 1) + base64(mirrored);
    assertEquals(verifier.verify(token).mark(), verifier.verify(twin).mark());
  }

  @Test
  void noAttackIsListedTwice() {
    List<String> names = attacks().map(Attack::name).toList();
    assertEquals(names.size(), names.stream().distinct().count());
  }
}
