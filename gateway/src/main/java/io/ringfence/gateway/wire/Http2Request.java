package io.ringfence.gateway.wire;

import io.netty.handler.codec.http2.Http2Headers;
import io.ringfence.gateway.request.RefusedException;
import java.util.Map;

/** The head of a request in HTTP/2, with its pseudo-headers apart (RFC 9113, section 8.3.1). */
record Http2Request(String method, String target, HeaderFields fields) {
  /**
   * @throws RefusedException when it is one that HTTP/1.1 would read differently, or another
   *     protocol
   */
  static Http2Request of(Http2Headers headers) throws RefusedException {
    HeaderFields fields = new HeaderFields();
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      String name = header.getKey().toString();
      if (name.startsWith(":")) {
        pseudo(name);
      } else {
        regular(name, header.getValue().toString(), fields);
      }
    }
    String authority = text(headers.authority());
    if (fields.one("host").filter(h -> !h.equals(authority)).isPresent()) {
      throw HeaderFields.malformed("`host` differs from `:authority`");
    }
    String method = text(headers.method());
    if (method.isEmpty() || !method.chars().allMatch(c -> c >= 'A' && c <= 'Z')) {
      throw HeaderFields.malformed("the method is none");
    }
    return new Http2Request(method, text(headers.path()), fields);
  }

  private static void pseudo(String name) throws RefusedException {
    switch (name) {
      case ":method", ":scheme", ":path", ":authority" -> {}
      default -> throw HeaderFields.malformed("the header `" + name + "` is not served");
    }
  }

  /** What belongs to a connection in HTTP/1.1 has no place in a stream. */
  private static void regular(String name, String value, HeaderFields fields)
      throws RefusedException {
    switch (name) {
      case "connection", "transfer-encoding", "upgrade", "keep-alive", "proxy-connection" ->
          throw HeaderFields.malformed("the header `" + name + "` has no place in HTTP/2");
      case "te" -> {
        if (!value.equals("trailers")) {
          throw HeaderFields.malformed("the header `te` says other than `trailers`");
        }
        fields.add(name, value);
      }
      default -> fields.add(name, value);
    }
  }

  private static String text(CharSequence value) {
    return value == null ? "" : value.toString();
  }
}
