package io.ringfence.gateway.session;

import java.math.BigInteger;

/** What an operator takes back. */
public sealed interface Revocation {
  /** The words for it, as a command takes them. */
  String text();

  /**
   * @param text such as {@code token:ID}
   * @throws SessionException that says what can be revoked
   */
  static Revocation parse(String text) throws SessionException {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? "" : text.substring(0, colon);
    String id = text.substring(colon + 1);
    if (id.isBlank() || id.length() > ID_CHARACTERS_MAX) {
      throw unknown(text);
    }
    return switch (kind) {
      case "session" -> new OfSession(id);
      case "principal" -> new OfPrincipal(id);
      case "token" -> new OfToken(id);
      case "certificate" -> new OfCertificate(serial(id));
      case "key" -> new OfKey(id);
      default -> throw unknown(text);
    };
  }

  int ID_CHARACTERS_MAX = 4096;

  private static SessionException unknown(String text) {
    return new SessionException(
        "`"
            + text
            + "` names nothing to revoke; write session:, principal:, token:, certificate: or key:"
            + " and an id");
  }

  /** A serial number as people copy it from other tools: with colons, in any case. */
  private static String serial(String text) throws SessionException {
    try {
      return new BigInteger(text.replace(":", ""), 16).toString(16);
    } catch (NumberFormatException e) {
      throw new SessionException("`" + text + "` is no serial number in hexadecimal digits", e);
    }
  }

  /** One session; its caller gets no other under the rule until it would have been over. */
  record OfSession(String id) implements Revocation {
    @Override
    public String text() {
      return "session:" + id;
    }
  }

  /**
   * Whoever shows this: a SPIFFE ID, or a token's {@code ISSUER#SUBJECT}.
   *
   * @param id a SPIFFE ID, or an issuer and a subject
   */
  record OfPrincipal(String id) implements Revocation {
    @Override
    public String text() {
      return "principal:" + id;
    }
  }

  /**
   * One token, by its {@code jti}, or by {@code sha256:} and the hash of what it signs where it has
   * none.
   */
  record OfToken(String id) implements Revocation {
    @Override
    public String text() {
      return "token:" + id;
    }
  }

  /** A certificate, by its serial number in lower-case hexadecimal digits. */
  record OfCertificate(String serial) implements Revocation {
    @Override
    public String text() {
      return "certificate:" + serial;
    }
  }

  /** An API key, by its id. */
  record OfKey(String id) implements Revocation {
    @Override
    public String text() {
      return "key:" + id;
    }
  }
}
