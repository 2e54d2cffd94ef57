package io.ringfence.gateway.session;

/** What an operator takes back. */
public sealed interface Revocation {
  /** The words for it, as a command takes them. */
  String text();

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
