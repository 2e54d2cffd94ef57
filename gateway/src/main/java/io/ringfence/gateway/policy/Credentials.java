package io.ringfence.gateway.policy;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The proofs of identity that a caller showed and that were verified; nothing else of a request
 * says who it is from.
 *
 * @param spiffeId of its certificate, or what its API key stands for
 * @param tenant that its API key was made for
 */
public record Credentials(
    Optional<String> spiffeId, Optional<Token> token, Optional<String> tenant) {
  public static final Credentials NONE = new Credentials(Optional.empty(), Optional.empty());

  public Credentials(Optional<String> spiffeId, Optional<Token> token) {
    this(spiffeId, token, Optional.empty());
  }

  /** A certificate's alone. */
  public static Credentials of(String spiffeId) {
    return new Credentials(Optional.of(spiffeId), Optional.empty());
  }

  /** These, and a token beside them. */
  public Credentials with(Token beside) {
    return new Credentials(spiffeId, Optional.of(beside), tenant);
  }

  /**
   * A verified token.
   *
   * @param issuer whose keys verified it
   * @param claims a text, a list of texts, or anything else, which names no tenant
   */
  public record Token(String issuer, Map<String, Object> claims) {
    public Token {
      claims = Collections.unmodifiableMap(new TreeMap<>(claims));
    }
  }
}
