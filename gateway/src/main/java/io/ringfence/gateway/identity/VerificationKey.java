package io.ringfence.gateway.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A public key that verifies tokens, and the algorithms that fit it.
 *
 * @param thumbprint of the key itself (RFC 7638): the same key is equal wherever it is read
 */
record VerificationKey(
    Optional<String> id, Set<JWSAlgorithm> algorithms, String thumbprint, Check check) {
  static final int RSA_BITS_MIN = 2048;

  /** What a verification may cost is bounded by the key's size. */
  static final int RSA_BITS_MAX = 8192;

  private static final Set<JWSAlgorithm> RSA =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512);
  private static final Map<Curve, JWSAlgorithm> EC =
      Map.of(
          Curve.P_256, JWSAlgorithm.ES256,
          Curve.P_384, JWSAlgorithm.ES384,
          Curve.P_521, JWSAlgorithm.ES512);
  private static final Set<JWSAlgorithm> EDWARDS = Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);

  /** RFC 8410: what precedes the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo. */
  private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final int ED25519_BYTES = 32;

  /** Whether a signature is by the key. */
  @FunctionalInterface
  interface Check {
    boolean verifies(JWSAlgorithm algorithm, byte[] signed, byte[] signature)
        throws GeneralSecurityException, JOSEException;
  }

  /** Whether the signature is by this key; false for whatever cannot be checked. */
  boolean verifies(JWSAlgorithm algorithm, byte[] signed, byte[] signature) {
    try {
      return algorithms.contains(algorithm) && check.verifies(algorithm, signed, signature);
    } catch (GeneralSecurityException | JOSEException | RuntimeException e) {
      return false;
    }
  }

  /** Empty for a key that is not for signatures by a key pair. */
  static Optional<VerificationKey> of(JsonNode node)
      throws ParseException, JOSEException, SourceException {
    String kind = node.path("kty").asText();
    if (!Set.of("RSA", "EC", "OKP").contains(kind)) {
      return Optional.empty();
    }
    if (kind.equals("EC") && !EC.containsKey(Curve.parse(node.path("crv").asText("?")))) {
      return Optional.empty();
    }
    if (kind.equals("OKP") && !node.path("crv").asText().equals("Ed25519")) {
      return Optional.empty();
    }
    JWK key = JWK.parse(node.toString());
    if (key.isPrivate()) {
      throw new SourceException(
          "one of its keys is private: replace that key, it is no secret now");
    }
    return forSignatures(key) ? made(key) : Optional.empty();
  }

  private static boolean forSignatures(JWK key) {
    return (key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
        && (key.getKeyOperations() == null || key.getKeyOperations().contains(KeyOperation.VERIFY));
  }

  private static Optional<VerificationKey> made(JWK key) throws JOSEException, SourceException {
    return switch (key) {
      case RSAKey rsa -> Optional.of(rsa(rsa));
      case ECKey ec -> Optional.of(ec(ec));
      case OctetKeyPair pair -> Optional.of(edwards(pair));
      default -> Optional.empty();
    };
  }

  private static VerificationKey rsa(RSAKey key) throws JOSEException, SourceException {
    int bits = key.toRSAPublicKey().getModulus().bitLength();
    if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX) {
      throw new SourceException("an RSA key has " + bits + " bits, where 2048 to 8192 are taken");
    }
    return of(key, RSA, verifier(new RSASSAVerifier(key.toRSAPublicKey())));
  }

  private static VerificationKey ec(ECKey key) throws JOSEException {
    return of(
        key, Set.of(EC.get(key.getCurve())), verifier(new ECDSAVerifier(key.toECPublicKey())));
  }

  /** The client's own header never gets as far as here. */
  private static Check verifier(JWSVerifier verifier) {
    return (algorithm, signed, signature) ->
        verifier.verify(new JWSHeader(algorithm), signed, Base64URL.encode(signature));
  }

  private static VerificationKey edwards(OctetKeyPair key) throws JOSEException, SourceException {
    byte[] point = key.getX().decode();
    if (point.length != ED25519_BYTES) {
      throw new SourceException("an Ed25519 key has not 32 bytes");
    }
    byte[] encoded = new byte[ED25519_PREFIX.length + ED25519_BYTES];
    System.arraycopy(ED25519_PREFIX, 0, encoded, 0, ED25519_PREFIX.length);
    System.arraycopy(point, 0, encoded, ED25519_PREFIX.length, ED25519_BYTES);
    try {
      PublicKey publicKey =
          KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
      return of(key, EDWARDS, (algorithm, signed, sig) -> edwards(publicKey, signed, sig));
    } catch (GeneralSecurityException e) {
      throw new SourceException("an Ed25519 key cannot be read", e);
    }
  }

  private static boolean edwards(PublicKey key, byte[] signed, byte[] signature)
      throws GeneralSecurityException {
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(key);
    verifier.update(signed);
    return verifier.verify(signature);
  }

  /** A key that says its algorithm is for that one only. */
  private static VerificationKey of(JWK key, Set<JWSAlgorithm> fitting, Check check)
      throws JOSEException {
    Set<JWSAlgorithm> algorithms = fitting;
    if (key.getAlgorithm() != null) {
      JWSAlgorithm named = JWSAlgorithm.parse(key.getAlgorithm().getName());
      algorithms = EDWARDS.contains(named) ? EDWARDS : Set.of(named);
      if (!fitting.containsAll(algorithms)) {
        algorithms = Set.of();
      }
    }
    return new VerificationKey(
        Optional.ofNullable(key.getKeyID()), algorithms, key.computeThumbprint().toString(), check);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerificationKey k
        && k.id.equals(id)
        && k.algorithms.equals(algorithms)
        && k.thumbprint.equals(thumbprint);
  }

  @Override
  public int hashCode() {
    return thumbprint.hashCode();
  }
}
