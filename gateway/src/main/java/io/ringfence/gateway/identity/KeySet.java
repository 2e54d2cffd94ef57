package io.ringfence.gateway.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.StrictJson;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An issuer's public keys, from its JSON Web Key Set.
 *
 * <p>INVARIANT (no algorithm confusion): which algorithms a key verifies follows from the key
 * alone; the token only names one of them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7517">RFC 7517</a>
 */
final class KeySet {
  static final int BYTES_MAX = 256 * 1024;
  static final int KEYS_MAX = 64;

  private static final int DEPTH_MAX = 8;
  private static final StrictJson JSON = new StrictJson(DEPTH_MAX);

  private final List<VerificationKey> keys;

  private KeySet(List<VerificationKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * @throws SourceException when it is no key set, or one that nobody should publish: with a
   *     private key, or with two keys of one name. Keys of kinds that are not used are left out
   */
  static KeySet parse(byte[] json) throws SourceException {
    if (json.length > BYTES_MAX) {
      throw new SourceException("it is larger than " + BYTES_MAX + " bytes");
    }
    JsonNode listed = root(json).get("keys");
    if (listed == null || !listed.isArray()) {
      throw new SourceException("it has no list `keys`, so that it is no JSON Web Key Set");
    }
    if (listed.size() > KEYS_MAX) {
      throw new SourceException("it has more than " + KEYS_MAX + " keys");
    }
    List<VerificationKey> out = new ArrayList<>();
    for (JsonNode key : listed) {
      key(key).ifPresent(out::add);
    }
    checkNames(out);
    if (out.isEmpty()) {
      throw new SourceException("it has no key that verifies signatures");
    }
    return new KeySet(out);
  }

  private static JsonNode root(byte[] json) throws SourceException {
    try {
      return JSON.parse(json);
    } catch (RefusedException e) {
      throw new SourceException("it is no JSON: " + e.refusal().text(), e);
    }
  }

  private static Optional<VerificationKey> key(JsonNode key) throws SourceException {
    try {
      return VerificationKey.of(key);
    } catch (ParseException | JOSEException | RuntimeException e) {
      throw new SourceException("one of its keys cannot be read: " + e.getMessage(), e);
    }
  }

  private static void checkNames(List<VerificationKey> keys) throws SourceException {
    Set<String> seen = new HashSet<>();
    for (VerificationKey key : keys) {
      if (key.id().isPresent() && !seen.add(key.id().get())) {
        throw new SourceException("two of its keys have one `kid`, so that it names neither");
      }
    }
  }

  /**
   * The key that a token names, or, where it names none, the only one for its algorithm; absent
   * when there is none.
   */
  Optional<VerificationKey> find(JWSAlgorithm algorithm, Optional<String> id) {
    List<VerificationKey> fitting =
        keys.stream()
            .filter(k -> k.algorithms().contains(algorithm))
            .filter(k -> id.isEmpty() || id.equals(k.id()))
            .toList();
    return fitting.size() == 1 ? Optional.of(fitting.getFirst()) : Optional.empty();
  }

  /** Whether it still holds the key, by value: it may be another set, fetched later. */
  boolean holds(VerificationKey key) {
    return keys.contains(key);
  }

  int size() {
    return keys.size();
  }
}
