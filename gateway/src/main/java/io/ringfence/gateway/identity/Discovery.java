package io.ringfence.gateway.identity;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.StrictJson;
import java.io.IOException;
import java.net.URI;

/**
 * Finds an issuer's keys by its OIDC discovery document, anew at each fetch.
 *
 * @see <a href="https://openid.net/specs/openid-connect-discovery-1_0.html">OpenID Connect
 *     Discovery 1.0</a>
 */
record Discovery(String issuer, Fetch fetch) implements FetchedKeys.Loader {
  static final int DOCUMENT_BYTES_MAX = 64 * 1024;

  private static final int DEPTH_MAX = 8;
  private static final StrictJson JSON = new StrictJson(DEPTH_MAX);
  private static final String PLACE = "/.well-known/openid-configuration";

  @Override
  public KeySet load() throws IOException, SourceException {
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    JsonNode document = document(fetch.get(uri(base + PLACE), DOCUMENT_BYTES_MAX));
    if (!document.path("issuer").isTextual()
        || !document.path("issuer").textValue().equals(issuer)) {
      throw new SourceException("its discovery document is of another issuer");
    }
    if (!document.path("jwks_uri").isTextual()) {
      throw new SourceException("its discovery document has no `jwks_uri`");
    }
    URI keys = uri(document.path("jwks_uri").textValue());
    return KeySet.parse(fetch.get(keys, KeySet.BYTES_MAX));
  }

  private static JsonNode document(byte[] json) throws SourceException {
    try {
      return JSON.parse(json);
    } catch (RefusedException e) {
      throw new SourceException("its discovery document is no JSON: " + e.refusal().text(), e);
    }
  }

  static URI uri(String text) throws SourceException {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new SourceException("what it names is no URL", e);
    }
  }
}
