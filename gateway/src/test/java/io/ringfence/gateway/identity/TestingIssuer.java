package io.ringfence.gateway.identity;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An issuer of tokens of the tests' own: it signs whatever it is given, byte for byte. */
public final class TestingIssuer {
  public static final String ISSUER = "https://login.acme.example";
  public static final String AUDIENCE = "vectordb";

  private final Map<String, KeyPair> keys = new TreeMap<>();

  /**
   * With one key of each kind: {@code rsa}, {@code p256}, {@code p384}, {@code p521}, {@code ed}.
   */
  public TestingIssuer() {
    add("rsa", "RSA");
    add("p256", "secp256r1");
    add("p384", "secp384r1");
    add("p521", "secp521r1");
    add("ed", "Ed25519");
  }

  /** With the keys named only, of these kinds: {@code NAME=KIND}. */
  public TestingIssuer(String... named) {
    for (String name : named) {
      String[] parts = name.split("=");
      add(parts[0], parts[1]);
    }
  }

  private void add(String name, String kind) {
    keys.put(name, pair(kind));
  }

  static KeyPair pair(String kind) {
    try {
      if (kind.startsWith("secp")) {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(kind));
        return generator.generateKeyPair();
      }
      KeyPairGenerator generator =
          KeyPairGenerator.getInstance(kind.startsWith("RSA") ? "RSA" : kind);
      if (kind.startsWith("RSA")) {
        generator.initialize(kind.length() > 3 ? Integer.parseInt(kind.substring(3)) : 2048);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  PublicKey publicKey(String name) {
    return keys.get(name).getPublic();
  }

  /** The public keys as a JSON Web Key Set. */
  public String jwks() {
    List<String> out = keys.entrySet().stream().map(k -> jwk(k.getKey(), k.getValue())).toList();
    return "{\"keys\":[" + String.join(",", out) + "]}";
  }

  KeySet keySet() {
    try {
      return KeySet.parse(jwks().getBytes(StandardCharsets.UTF_8));
    } catch (SourceException e) {
      throw new IllegalStateException(e);
    }
  }

  static String jwk(String name, KeyPair pair) {
    return switch (pair.getPublic()) {
      case RSAPublicKey rsa -> new RSAKey.Builder(rsa).keyID(name).build().toJSONString();
      case ECPublicKey ec ->
          new ECKey.Builder(Curve.forECParameterSpec(ec.getParams()), ec)
              .keyID(name)
              .build()
              .toJSONString();
      default -> {
        byte[] encoded = pair.getPublic().getEncoded();
        byte[] point = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        yield new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(point))
            .keyID(name)
            .build()
            .toJSONString();
      }
    };
  }

  /** The claims of a good token, for an hour from then. */
  public static String claims(Instant now) {
    return claims(now, "");
  }

  /**
   * @param more members, each with a comma before it
   */
  public static String claims(Instant now, String more) {
    return "{\"iss\":\"%s\",\"aud\":\"%s\",\"sub\":\"ada\",\"iat\":%d,\"exp\":%d%s}"
        .formatted(
            ISSUER, AUDIENCE, now.getEpochSecond(), now.plusSeconds(3600).getEpochSecond(), more);
  }

  public static String header(String algorithm, String key) {
    return "{\"alg\":\"%s\",\"kid\":\"%s\"}".formatted(algorithm, key);
  }

  /** A good token, by the key that fits the algorithm. */
  public String token(String algorithm, String claims) {
    String key =
        switch (algorithm) {
          case "ES256" -> "p256";
          case "ES384" -> "p384";
          case "ES512" -> "p521";
          case "EdDSA", "Ed25519" -> "ed";
          default -> "rsa";
        };
    return token(header(algorithm, key), claims, algorithm, key);
  }

  /** A token with this header, signed by that algorithm and key, whatever the header says. */
  String token(String header, String claims, String algorithm, String key) {
    return token(header, claims, algorithm, keys.get(key).getPrivate());
  }

  static String token(String header, String claims, String algorithm, PrivateKey key) {
    String signed = unsigned(header, claims);
    return signed + "." + base64(sign(signed, algorithm, key));
  }

  /** Both parts and the dot between. */
  static String unsigned(String header, String claims) {
    return base64(header.getBytes(StandardCharsets.UTF_8))
        + "."
        + base64(claims.getBytes(StandardCharsets.UTF_8));
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static byte[] sign(String text, String algorithm, PrivateKey key) {
    try {
      Signature signature = Signature.getInstance(name(algorithm));
      if (algorithm.startsWith("PS")) {
        signature.setParameter(pss(algorithm.substring(2)));
      }
      signature.initSign(key);
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A signature by a shared secret, as an attacker makes it of a public key. */
  static String mac(String header, String claims, byte[] secret) {
    try {
      String signed = unsigned(header, claims);
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static AlgorithmParameterSpec pss(String bits) {
    return new PSSParameterSpec(
        "SHA-" + bits, "MGF1", new MGF1ParameterSpec("SHA-" + bits), Integer.parseInt(bits) / 8, 1);
  }

  private static String name(String algorithm) {
    String bits = algorithm.substring(2);
    return switch (algorithm.substring(0, 2)) {
      case "RS" -> "SHA" + bits + "withRSA";
      case "PS" -> "RSASSA-PSS";
      case "ES" -> "SHA" + bits + "withECDSAinP1363Format";
      default -> "Ed25519";
    };
  }
}
