package io.ringfence.gateway.identity;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.net.ssl.SSLSocketFactory;

/**
 * Sends documents over https, to literal, checked addresses, with the server verified by the name
 * in the URL. Redirects are not followed.
 */
public final class HttpsPost {
  private static final int ANSWER_BYTES_MAX = 64 * 1024;

  private final HttpsFetch https;

  /**
   * @param destinations where it may connect to
   * @param tls whom it trusts
   */
  public HttpsPost(Destinations destinations, SSLSocketFactory tls) {
    this.https = new HttpsFetch(destinations, tls);
  }

  /**
   * The status of the answer.
   *
   * @throws IOException when the server is not reached, or does not answer in HTTP
   */
  public int post(URI uri, String type, Map<String, String> headers, byte[] body)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringBuilder head = new StringBuilder("POST ").append(HttpsFetch.path(uri));
    head.append(" HTTP/1.1\r\nHost: ").append(uri.getRawAuthority());
    head.append("\r\nUser-Agent: ringfence\r\nConnection: close\r\nContent-Type: ").append(type);
    headers.forEach((name, value) -> head.append("\r\n").append(name).append(": ").append(value));
    head.append("\r\nContent-Length: ").append(body.length).append("\r\n\r\n");
    out.writeBytes(printable(uri, head).getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(body);
    return https.exchange(
        uri, out.toByteArray(), in -> new HttpResponse(in, ANSWER_BYTES_MAX).status());
  }

  /** A secret that would end a header begins another. */
  private static String printable(URI uri, StringBuilder head) throws IOException {
    String text = head.toString();
    if (text.replace("\r\n", "").chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw new IOException("the headers for `" + uri + "` have characters that none may have");
    }
    return text;
  }
}
