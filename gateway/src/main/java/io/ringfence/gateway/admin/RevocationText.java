package io.ringfence.gateway.admin;

import io.ringfence.gateway.session.Revocation;
import java.util.Optional;

/** What operators write to name what they take back; the other way is {@link Revocation#text}. */
public final class RevocationText {
  public static final String FORMS =
      "write `session:ID`, `principal:ID`, `token:ID`, `certificate:SERIAL` or `key:ID`";

  private RevocationText() {}

  public static Optional<Revocation> parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0 || colon == text.length() - 1) {
      return Optional.empty();
    }
    String id = text.substring(colon + 1);
    return switch (text.substring(0, colon)) {
      case "session" -> Optional.of(new Revocation.OfSession(id));
      case "principal" -> Optional.of(new Revocation.OfPrincipal(id));
      case "token" -> Optional.of(new Revocation.OfToken(id));
      case "certificate" -> Optional.of(new Revocation.OfCertificate(id));
      case "key" -> Optional.of(new Revocation.OfKey(id));
      default -> Optional.empty();
    };
  }
}
