package io.ringfence.conformance.isolation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks one Chroma server, as itself and not through a gateway. */
final class ChromaServerClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final InetSocketAddress socket;
  private final HttpPeer peer;

  ChromaServerClient(InetSocketAddress socket) {
    this.socket = socket;
    this.peer = new HttpPeer(socket.getPort(), Optional.empty());
  }

  InetSocketAddress socket() {
    return socket;
  }

  HttpPeer.Answer ask(byte[] request) throws IOException {
    return peer.ask(request);
  }

  /** An answer that must be good. */
  JsonNode must(String method, String path, JsonNode body) throws IOException {
    HttpPeer.Answer answer =
        ask(
            HttpPeer.request(
                method,
                List.of(path.split("/")),
                Map.of(),
                body == null ? Optional.empty() : Optional.of("application/json"),
                body == null ? new byte[0] : JSON.writeValueAsBytes(body)));
    if (answer.status() >= 300) {
      throw new IOException(path + ": " + answer.status() + " " + answer.text());
    }
    return JSON.readTree(answer.body());
  }

  @Override
  public void close() throws IOException {
    peer.close();
  }
}
