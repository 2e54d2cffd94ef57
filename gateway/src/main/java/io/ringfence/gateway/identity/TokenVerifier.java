package io.ringfence.gateway.identity;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.gateway.policy.Credentials;
import io.ringfence.gateway.request.RefusedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * Verifies the tokens of one issuer for one audience.
 *
 * <p>INVARIANT (what is remembered is no weaker): a token is taken again without its signature
 * being checked only while it has not expired and its issuer still publishes the key that verified
 * it. Only tokens that were verified are remembered, each by its hash.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7519">RFC 7519</a>
 */
final class TokenVerifier {
  /** How far the issuer's clock and ours may be apart. */
  static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

  /** How many verified tokens are remembered, at some 2 KiB each. */
  static final int REMEMBERED_MAX = 10_000;

  static final int AUDIENCES_MAX = 32;
  static final int NAME_CHARACTERS_MAX = 512;

  /** 31 December 9999, the last day that an Instant is written with four digits. */
  /** Each is as new after every use. */
  private static final ThreadLocal<MessageDigest> SHA = ThreadLocal.withInitial(TokenVerifier::sha);

  private static final double TIME_MAX = 253_402_300_799.0;

  private final String issuer;
  private final String audience;
  private final Optional<String> deviceClaim;
  private final KeySource source;
  private final InstantSource time;
  private final RecentCache<TokenHash, VerifiedToken> remembered;

  /**
   * @param deviceClaim that tells of the caller's device, if any does
   */
  TokenVerifier(
      String issuer,
      String audience,
      Optional<String> deviceClaim,
      KeySource source,
      InstantSource time) {
    this(issuer, audience, deviceClaim, source, time, REMEMBERED_MAX);
  }

  TokenVerifier(
      String issuer,
      String audience,
      Optional<String> deviceClaim,
      KeySource source,
      InstantSource time,
      int rememberedMax) {
    this.issuer = issuer;
    this.audience = audience;
    this.deviceClaim = deviceClaim;
    this.source = source;
    this.time = time;
    this.remembered = new RecentCache<>(rememberedMax);
  }

  /**
   * @throws RefusedException when the token does not count, or the issuer's keys are not known
   */
  VerifiedToken verify(String text) throws RefusedException {
    if (text.length() > SignedToken.CHARACTERS_MAX) {
      throw Unauthenticated.token(
          "it is longer than " + SignedToken.CHARACTERS_MAX + " characters");
    }
    TokenHash hash = TokenHash.of(text);
    KeySet keys = source.keys();
    Instant now = time.instant();
    VerifiedToken known = remembered.get(hash);
    if (known != null) {
      if (now.isBefore(known.expires()) && keys.holds(known.key())) {
        return known;
      }
      remembered.remove(hash);
    }
    VerifiedToken verified = verified(SignedToken.parse(text), keys, now);
    if (now.isBefore(verified.expires())) {
      remembered.put(hash, verified);
    }
    return verified;
  }

  long remembered() {
    return remembered.size();
  }

  private VerifiedToken verified(SignedToken token, KeySet keys, Instant now)
      throws RefusedException {
    // Said before the signature is checked, so that a stranger's tokens ask for no fetch of keys.
    checkMeant(token.claims());
    Optional<VerificationKey> key = keys.find(token.algorithm(), token.keyId());
    if (key.isEmpty()) {
      source.missed();
      throw Unauthenticated.token("no key of its issuer fits its `alg` and `kid`");
    }
    if (!key.get().verifies(token.algorithm(), token.signed(), token.signature())) {
      throw Unauthenticated.token("its signature is not its issuer's");
    }
    Instant expires = checkTimes(token.claims(), now);
    String subject = issuer + "#" + text(token.claims(), "sub");
    Map<String, Object> claims = Claims.values(token.claims());
    return new VerifiedToken(
        new Credentials.Token(issuer, claims),
        subject,
        mark(token),
        Map.copyOf(facts(claims)),
        key.get(),
        expires);
  }

  private void checkMeant(JsonNode claims) throws RefusedException {
    JsonNode said = claims.get("iss");
    if (said == null || !said.isTextual() || !said.textValue().equals(issuer)) {
      throw Unauthenticated.token("it is not of the issuer that counts here");
    }
    if (!meansUs(claims.get("aud"))) {
      throw Unauthenticated.token("it is not meant for this audience");
    }
  }

  private boolean meansUs(JsonNode audiences) {
    if (audiences == null) {
      return false;
    }
    if (audiences.isTextual()) {
      return audiences.textValue().equals(audience);
    }
    if (!audiences.isArray() || audiences.size() > AUDIENCES_MAX) {
      return false;
    }
    boolean found = false;
    for (JsonNode one : audiences) {
      if (!one.isTextual()) {
        return false;
      }
      found |= one.textValue().equals(audience);
    }
    return found;
  }

  /** When it expires, the skew aside. */
  private static Instant checkTimes(JsonNode claims, Instant now) throws RefusedException {
    Optional<Instant> expires = time(claims, "exp");
    if (expires.isEmpty()) {
      throw Unauthenticated.token("it has no `exp`, so that it would never end");
    }
    if (!now.minus(CLOCK_SKEW).isBefore(expires.get())) {
      throw Unauthenticated.token("it has expired");
    }
    Instant latest = now.plus(CLOCK_SKEW);
    if (time(claims, "nbf").filter(latest::isBefore).isPresent()) {
      throw Unauthenticated.token("it is not valid yet");
    }
    if (time(claims, "iat").filter(latest::isBefore).isPresent()) {
      throw Unauthenticated.token("it was issued in the future");
    }
    return expires.get();
  }

  private static Optional<Instant> time(JsonNode claims, String name) throws RefusedException {
    JsonNode value = claims.get(name);
    if (value == null) {
      return Optional.empty();
    }
    double seconds = value.isNumber() ? value.doubleValue() : -1;
    if (!(seconds >= 0 && seconds <= TIME_MAX)) {
      throw Unauthenticated.token("its `" + name + "` is no time");
    }
    return Optional.of(Instant.ofEpochSecond((long) seconds));
  }

  private static String text(JsonNode claims, String name) throws RefusedException {
    JsonNode value = claims.get(name);
    if (value == null || !value.isTextual() || !readable(value.textValue())) {
      throw Unauthenticated.token("its `" + name + "` names nobody");
    }
    return value.textValue();
  }

  private static boolean readable(String name) {
    return !name.isBlank()
        && name.length() <= NAME_CHARACTERS_MAX
        && name.codePoints().noneMatch(Character::isISOControl);
  }

  private static String mark(SignedToken token) throws RefusedException {
    return token.claims().has("jti")
        ? text(token.claims(), "jti")
        : "sha256:" + HexFormat.of().formatHex(sha256(token.signed()));
  }

  private Map<String, Object> facts(Map<String, Object> claims) {
    Map<String, Object> out = new HashMap<>();
    claims.forEach((name, value) -> out.put("claims." + name, value));
    if (deviceClaim.isPresent() && claims.get(deviceClaim.get()) instanceof Map<?, ?> device) {
      device.forEach((name, value) -> out.put("device." + name, value));
    }
    return out;
  }

  static byte[] sha256(byte[] bytes) {
    return SHA.get().digest(bytes);
  }

  private static MessageDigest sha() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static byte[] sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }
}
