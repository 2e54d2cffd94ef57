package io.ringfence.gateway.identity;

import io.ringfence.gateway.request.RefusedException;
import java.util.regex.Pattern;

/**
 * The name of a workload or person, as a SPIFFE ID has it: a trust domain and a path.
 *
 * @param trustDomain in lower case
 * @param path begins with a slash
 * @see <a href="https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md">SPIFFE-ID</a>
 */
public record SpiffeId(String trustDomain, String path) {
  /** The longest that the standard has everybody take. */
  public static final int CHARACTERS_MAX = 2048;

  static final int TRUST_DOMAIN_CHARACTERS_MAX = 255;

  private static final String SCHEME = "spiffe://";
  private static final Pattern TRUST_DOMAIN = Pattern.compile("[a-z0-9._-]+");
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9._-]+");

  /**
   * @throws RefusedException when the text is no SPIFFE ID of a workload, in its only spelling
   */
  public static SpiffeId parse(String text) throws RefusedException {
    if (text.length() > CHARACTERS_MAX || !text.startsWith(SCHEME)) {
      throw refused();
    }
    int slash = text.indexOf('/', SCHEME.length());
    if (slash < 0) {
      throw refused();
    }
    String trustDomain = text.substring(SCHEME.length(), slash);
    if (trustDomain.length() > TRUST_DOMAIN_CHARACTERS_MAX
        || !TRUST_DOMAIN.matcher(trustDomain).matches()) {
      throw refused();
    }
    String path = text.substring(slash);
    for (String segment : path.substring(1).split("/", -1)) {
      if (!SEGMENT.matcher(segment).matches() || segment.equals(".") || segment.equals("..")) {
        throw refused();
      }
    }
    return new SpiffeId(trustDomain, path);
  }

  private static RefusedException refused() {
    return Unauthenticated.because("the URI in the certificate is no SPIFFE ID with a path");
  }

  @Override
  public String toString() {
    return SCHEME + trustDomain + path;
  }
}
