package io.ringfence.gateway.wire;

import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is read of a request's headers, the same for HTTP/1.1 and HTTP/2: an allow-list. No other
 * header has any effect, and none is passed on.
 */
record RequestHead(
    String method,
    RequestTarget target,
    Optional<String> contentType,
    Optional<String> secret,
    Optional<String> traceparent) {
  private static final List<String> SECRETS = List.of("api-key", "x-chroma-token");
  private static final String BEARER = "bearer ";

  /**
   * @throws RefusedException when it asks for another protocol, its body is encoded, or it shows
   *     two secrets
   */
  static RequestHead of(String method, String target, HeaderFields fields) throws RefusedException {
    refuseOtherProtocols(method, fields);
    if (fields.one("content-encoding").filter(e -> !e.equals("identity")).isPresent()) {
      throw HeaderFields.malformed("the body is encoded; send it as it is");
    }
    return new RequestHead(
        method,
        RequestTarget.parse(target),
        contentType(fields),
        secret(fields),
        traceparent(fields));
  }

  private static void refuseOtherProtocols(String method, HeaderFields fields)
      throws RefusedException {
    if (method.equals("CONNECT") || method.equals("TRACE")) {
      throw HeaderFields.malformed("the method " + method + " is not served");
    }
    if (fields.has("upgrade") || fields.has("http2-settings")) {
      throw HeaderFields.malformed("there is no other protocol to change to");
    }
    if (fields.has("expect")) {
      throw HeaderFields.malformed("send the body without waiting: `Expect` is not served");
    }
  }

  /**
   * @throws RefusedException when it has parameters other than UTF-8 as charset
   */
  static Optional<String> contentType(HeaderFields fields) throws RefusedException {
    Optional<String> value = fields.one("content-type");
    if (value.isEmpty()) {
      return value;
    }
    String[] parts = value.get().toLowerCase(Locale.ROOT).split(";", -1);
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (!parameter.equals("charset=utf-8") && !parameter.equals("charset=\"utf-8\"")) {
        throw HeaderFields.malformed("the content type has a parameter that is not known");
      }
    }
    return Optional.of(parts[0].strip());
  }

  /** INVARIANT (one secret): what could be taken for two callers is taken for none. */
  private static Optional<String> secret(HeaderFields fields) throws RefusedException {
    Optional<String> found = bearer(fields);
    for (String name : SECRETS) {
      Optional<String> other = fields.one(name);
      if (found.isPresent() && other.isPresent() && !found.equals(other)) {
        throw new RefusedException(
            Refusal.Kind.UNAUTHENTICATED, "the request shows two different credentials");
      }
      found = found.or(() -> other);
    }
    return found;
  }

  /** Two are none: a trace that cannot be told is begun anew. */
  private static Optional<String> traceparent(HeaderFields fields) throws RefusedException {
    return fields.count("traceparent") == 1 ? fields.one("traceparent") : Optional.empty();
  }

  private static Optional<String> bearer(HeaderFields fields) throws RefusedException {
    Optional<String> value = fields.one("authorization");
    if (value.isEmpty()) {
      return value;
    }
    String text = value.get();
    if (!text.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw new RefusedException(
          Refusal.Kind.UNAUTHENTICATED, "the only authorization that is taken is `Bearer`");
    }
    return Optional.of(text.substring(BEARER.length()).strip());
  }

  /**
   * @param depthMax how deep the body may nest
   */
  HttpCall call(byte[] body, int depthMax) {
    return new HttpCall(method, target.path(), target.query(), contentType, body, depthMax);
  }
}
