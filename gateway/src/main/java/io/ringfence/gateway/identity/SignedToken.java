package io.ringfence.gateway.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSAlgorithm;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A JWT in its compact form, taken apart; nothing of it is verified yet.
 *
 * <p>INVARIANT (a token brings no keys): of its header count the algorithm and the key's name
 * alone. What would bring a key, point at one, or change how the token is read is refused.
 *
 * @param signed the bytes that the signature is over
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7515">RFC 7515</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8725">RFC 8725, best current practices</a>
 */
record SignedToken(
    JWSAlgorithm algorithm,
    Optional<String> keyId,
    JsonNode claims,
    byte[] signed,
    byte[] signature) {
  /** More than any issuer's tokens that still fit into a header of usual servers. */
  static final int CHARACTERS_MAX = 8 * 1024;

  static final int DEPTH_MAX = 8;

  /** Every signature of the listed algorithms fits (RSA with 8192 bits). */
  static final int SIGNATURE_BYTES_MAX = 1024;

  static final int KEY_ID_CHARACTERS_MAX = 256;

  /** The algorithms there are: none by a shared secret, and no {@code none}. */
  static final Map<String, JWSAlgorithm> ALGORITHMS =
      Set.of(
              JWSAlgorithm.RS256,
              JWSAlgorithm.RS384,
              JWSAlgorithm.RS512,
              JWSAlgorithm.PS256,
              JWSAlgorithm.PS384,
              JWSAlgorithm.PS512,
              JWSAlgorithm.ES256,
              JWSAlgorithm.ES384,
              JWSAlgorithm.ES512,
              JWSAlgorithm.EdDSA,
              JWSAlgorithm.Ed25519)
          .stream()
          .collect(Collectors.toUnmodifiableMap(JWSAlgorithm::getName, Function.identity()));

  /** The fingerprints of a certificate are not used; some issuers always send them. */
  private static final Set<String> HEADER = Set.of("alg", "kid", "typ", "x5t", "x5t#S256");

  private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

  private static final StrictJson JSON = new StrictJson(DEPTH_MAX);

  /**
   * @throws RefusedException when the text is anything but a JWT signed by a listed algorithm
   */
  static SignedToken parse(String text) throws RefusedException {
    if (text.length() > CHARACTERS_MAX) {
      throw Unauthenticated.token("it is longer than " + CHARACTERS_MAX + " characters");
    }
    int first = text.indexOf('.');
    int second = text.indexOf('.', first + 1);
    if (first <= 0 || second < 0 || text.indexOf('.', second + 1) >= 0) {
      throw Unauthenticated.token("it has not the three parts of a signed JWT");
    }
    JsonNode header = object(text.substring(0, first), "header");
    checkHeader(header);
    JWSAlgorithm algorithm = algorithm(header);
    JsonNode claims = object(text.substring(first + 1, second), "claims");
    byte[] signature = bytes(text.substring(second + 1), "signature");
    if (signature.length == 0 || signature.length > SIGNATURE_BYTES_MAX) {
      throw Unauthenticated.token("no signature has its length");
    }
    byte[] signed = text.substring(0, second).getBytes(StandardCharsets.US_ASCII);
    return new SignedToken(algorithm, keyId(header), claims, signed, signature);
  }

  private static JsonNode object(String part, String what) throws RefusedException {
    byte[] bytes = bytes(part, what);
    JsonNode node;
    try {
      node = JSON.parse(bytes);
    } catch (RefusedException e) {
      throw Unauthenticated.token("its " + what + " cannot be read: " + e.refusal().text());
    }
    if (!node.isObject()) {
      throw Unauthenticated.token("its " + what + " is no JSON object");
    }
    return node;
  }

  /** Base64url in its only spelling: no padding, no white space, no bits left over. */
  private static byte[] bytes(String part, String what) throws RefusedException {
    try {
      byte[] ascii = part.getBytes(StandardCharsets.ISO_8859_1);
      byte[] out = Base64.getUrlDecoder().decode(ascii);
      if (Arrays.equals(Base64.getUrlEncoder().withoutPadding().encode(out), ascii)) {
        return out;
      }
    } catch (IllegalArgumentException e) {
      // Refused below, as another spelling is.
    }
    throw Unauthenticated.token("its " + what + " is not base64url");
  }

  private static void checkHeader(JsonNode header) throws RefusedException {
    for (var field : header.properties()) {
      if (!HEADER.contains(field.getKey())) {
        throw Unauthenticated.token("its header holds what is not taken: " + shown(field.getKey()));
      }
    }
    JsonNode type = header.get("typ");
    if (type != null
        && !(type.isTextual() && TYPES.contains(type.textValue().toLowerCase(Locale.ROOT)))) {
      throw Unauthenticated.token("its `typ` is not `JWT`");
    }
  }

  private static JWSAlgorithm algorithm(JsonNode header) throws RefusedException {
    JsonNode name = header.get("alg");
    JWSAlgorithm out = name == null ? null : ALGORITHMS.get(name.asText());
    if (out == null || !name.isTextual()) {
      throw Unauthenticated.token("its `alg` is not one of the signatures by a key pair");
    }
    return out;
  }

  private static Optional<String> keyId(JsonNode header) throws RefusedException {
    JsonNode id = header.get("kid");
    if (id == null) {
      return Optional.empty();
    }
    if (!id.isTextual() || id.textValue().length() > KEY_ID_CHARACTERS_MAX) {
      throw Unauthenticated.token("its `kid` is no short text");
    }
    return Optional.of(id.textValue());
  }

  /** A short part of what the caller sent, safe to show. */
  private static String shown(String text) {
    return "`"
        + text.replaceAll("[^A-Za-z0-9_#.-]", "?").substring(0, Math.min(text.length(), 32))
        + "`";
  }
}
