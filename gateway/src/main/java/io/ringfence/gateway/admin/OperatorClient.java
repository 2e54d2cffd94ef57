package io.ringfence.gateway.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** Asks a running gateway at its operator's door. */
@FunctionalInterface
public interface OperatorClient {
  /** As the answer has it. */
  record Answer(int status, String body) {}

  /**
   * @param body empty where there is none
   * @throws IOException when nobody answers
   */
  Answer ask(String method, String path, String body) throws IOException;

  /** At the socket of a gateway on this machine. */
  static OperatorClient at(Path socket) {
    return (method, path, body) -> {
      ObjectMapper json = new ObjectMapper();
      try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
        String question =
            JsonNodeFactory.instance
                .objectNode()
                .put("method", method)
                .put("path", path)
                .put("body", body)
                .toString();
        Channels.newOutputStream(channel).write((question + "\n").getBytes(StandardCharsets.UTF_8));
        JsonNode answer = json.readTree(Channels.newInputStream(channel));
        if (answer == null || !answer.has("status")) {
          throw new IOException("the gateway at `" + socket + "` does not answer");
        }
        return new Answer(answer.path("status").asInt(), answer.path("body").asText());
      }
    };
  }

  /**
   * At an address, by mTLS.
   *
   * @param authority {@code HOST:PORT}
   */
  static OperatorClient at(String authority, SSLContext tls) {
    return (method, path, body) -> {
      try (HttpClient client =
          HttpClient.newBuilder()
              .sslContext(tls)
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(Duration.ofSeconds(10))
              .build()) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create("https://" + authority + "/" + path))
                .timeout(Duration.ofSeconds(60))
                .header("content-type", "application/json")
                .method(
                    method,
                    body.isEmpty()
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        return new Answer(answer.statusCode(), answer.body());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    };
  }
}
