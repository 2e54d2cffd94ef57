package io.ringfence.gateway.request;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request over HTTP, without its framing. No header of a client's is among it: what an engine
 * reads of them is in fields of its own.
 *
 * @param method in upper case
 * @param path the decoded segments of a canonical path; none is empty, {@code .} or {@code ..}
 * @param query each parameter once
 * @param contentType the media type alone, in lower case
 * @param body not to be changed; empty when there is none
 * @param depthMax how deep lists and objects may nest in the body
 */
public record HttpCall(
    String method,
    List<String> path,
    Map<String, String> query,
    Optional<String> contentType,
    byte[] body,
    int depthMax) {
  public HttpCall(
      String method,
      List<String> path,
      Map<String, String> query,
      Optional<String> contentType,
      byte[] body) {
    this(method, path, query, contentType, body, StrictJson.DEPTH_DEFAULT);
  }

  public HttpCall {
    path = List.copyOf(path);
    query = Map.copyOf(query);
  }
}
