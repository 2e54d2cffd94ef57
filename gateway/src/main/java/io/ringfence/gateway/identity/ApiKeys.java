package io.ringfence.gateway.identity;

import io.ringfence.gateway.request.RefusedException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The API keys that a gateway takes. */
final class ApiKeys {
  /** Compared with where there is no such key, so that it takes as long. */
  private static final byte[] NO_HASH = new byte[32];

  private final Map<String, ApiKey> byId = new HashMap<>();
  private final Map<String, byte[]> hashes = new HashMap<>();

  ApiKeys(List<ApiKey> keys) {
    for (ApiKey key : keys) {
      byId.put(key.id(), key);
      hashes.put(key.id(), HexFormat.of().parseHex(key.sha256()));
    }
  }

  static boolean isKey(String secret) {
    return secret.startsWith(ApiKeyText.PREFIX);
  }

  /**
   * The key that is shown.
   *
   * @throws RefusedException when it is none of these, or one no longer; which of the two is not
   *     said, to whoever holds less than the key
   */
  ApiKey verify(String shown, Instant now) throws RefusedException {
    Optional<String> id = ApiKeyText.id(shown);
    byte[] expected = id.map(hashes::get).orElse(NO_HASH);
    boolean same = MessageDigest.isEqual(expected, TokenVerifier.sha256(shown));
    if (id.isEmpty() || !same) {
      throw Unauthenticated.because("the API key is none of those taken here");
    }
    ApiKey key = byId.get(id.get());
    if (key.revoked().isPresent()) {
      throw Unauthenticated.because("the API key is revoked");
    }
    if (key.expired(now)) {
      throw Unauthenticated.because("the API key has expired");
    }
    return key;
  }
}
