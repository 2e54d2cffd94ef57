package io.ringfence.gateway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.RSAKey;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What counts as a key set, and what no issuer should publish. */
class KeySetTest {
  private static final KeyPair RSA = TestingIssuer.pair("RSA");
  private static final String KEY = TestingIssuer.jwk("a", RSA);

  private static KeySet parse(String json) throws SourceException {
    return KeySet.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String keys(String... keys) {
    return "{\"keys\":[" + String.join(",", keys) + "]}";
  }

  private static String with(String key, String member) {
    return key.substring(0, key.length() - 1) + "," + member + "}";
  }

  private static void refused(String why, String json) {
    SourceException e = assertThrows(SourceException.class, () -> parse(json));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  @Test
  void whatNobodyShouldPublishIsRefusedWhole() {
    refused("private", keys(KEY, privateKey()));
    refused("one `kid`", keys(KEY, KEY));
    refused("no key that verifies", keys());
    refused("no key that verifies", keys("{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"AAAA\"}"));
    refused("no list `keys`", "{}");
    refused("no list `keys`", "{\"keys\":{}}");
    refused("no JSON", "<html>");
    refused("no JSON", "{\"keys\":[],\"keys\":[" + KEY + "]}");
    refused("bits", keys(TestingIssuer.jwk("small", TestingIssuer.pair("RSA1024"))));
    refused("cannot be read", keys("{\"kty\":\"RSA\",\"n\":\"!\",\"e\":\"AQAB\"}"));
    refused(
        "cannot be read",
        keys(
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\""
                + "A".repeat(43)
                + "\",\"y\":\""
                + "A".repeat(43)
                + "\"}"));
    refused("32 bytes", keys("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}"));
  }

  private static String privateKey() {
    return new RSAKey.Builder((RSAPublicKey) RSA.getPublic())
        .privateKey(RSA.getPrivate())
        .keyID("b")
        .build()
        .toJSONString();
  }

  @Test
  void keysOfOtherKindsAndUsesAreLeftOut() throws SourceException {
    KeySet set =
        parse(
            keys(
                KEY,
                "{\"kty\":\"oct\",\"kid\":\"b\",\"k\":\"AAAA\"}",
                "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AAAA\",\"kid\":\"c\"}",
                "{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"kid\":\"d\"}",
                "{\"kty\":\"FUTURE\",\"kid\":\"e\"}",
                with(TestingIssuer.jwk("f", RSA), "\"use\":\"enc\""),
                with(TestingIssuer.jwk("g", RSA), "\"key_ops\":[\"encrypt\"]")));
    assertEquals(1, set.size());
  }

  @Test
  void aKeyThatNamesItsAlgorithmIsForThatOneOnly() throws SourceException {
    KeySet set = parse(keys(with(KEY, "\"alg\":\"PS256\"")));
    assertTrue(set.find(JWSAlgorithm.PS256, Optional.of("a")).isPresent());
    assertTrue(set.find(JWSAlgorithm.RS256, Optional.of("a")).isEmpty());
    assertTrue(
        parse(keys(with(KEY, "\"alg\":\"HS256\"")))
            .find(JWSAlgorithm.RS256, Optional.of("a"))
            .isEmpty());
  }

  @Test
  void asManyKeysAndBytesAsTheLimitsSayAndNoMore() throws SourceException {
    String[] keys = new String[KeySet.KEYS_MAX];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = TestingIssuer.jwk("k" + i, RSA);
    }
    assertEquals(KeySet.KEYS_MAX, parse(keys(keys)).size());
    refused("more than 64", keys(String.join(",", keys), TestingIssuer.jwk("past", RSA)));
    String padded = keys(KEY);
    String room = String.join("", Collections.nCopies(KeySet.BYTES_MAX - padded.length(), " "));
    assertEquals(1, parse(padded + room).size());
    refused("larger", padded + room + " ");
  }
}
