package io.ringfence.lab.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.lab.pki.Login;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;

/**
 * A client of Chroma's REST interface, version 2, whose connections are opened inside a namespace,
 * one for each request.
 */
final class ChromaClient {
  private static final String API = "/api/v2";
  private static final String COLLECTIONS =
      API + "/tenants/default_tenant/databases/default_database/collections";
  private static final Duration CONNECT_MAX = Duration.ofSeconds(3);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final int ANSWER_BYTES_MAX = 16 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final NamespaceRunner from;
  private final InetSocketAddress to;
  private final Optional<Login> login;

  ChromaClient(NamespaceRunner from, InetSocketAddress to) {
    this(from, to, Optional.empty());
  }

  /**
   * @param login to a gateway; without one it speaks in the clear
   */
  ChromaClient(NamespaceRunner from, InetSocketAddress to, Optional<Login> login) {
    this.from = from;
    this.to = to;
    this.login = login;
  }

  String version() throws IOException {
    return get(API + "/version").asText();
  }

  /** Creates a collection compared by cosine distance and returns its id. */
  String create(String name) throws IOException {
    ObjectNode body = JSON.createObjectNode().put("name", name);
    body.putObject("configuration").putObject("hnsw").put("space", "cosine");
    return post(COLLECTIONS, body).path("id").asText();
  }

  /** The id of the collection of that name. */
  String find(String name) throws IOException {
    return get(COLLECTIONS + "/" + name).path("id").asText();
  }

  /** The names of all collections. */
  List<String> collections() throws IOException {
    List<String> out = new ArrayList<>();
    get(COLLECTIONS).forEach(c -> out.add(c.path("name").asText()));
    return out;
  }

  /**
   * @param prefix what the rows' identifiers begin with
   */
  void add(String id, String prefix, List<SeedRows.Row> rows) throws IOException {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode ids = body.putArray("ids");
    ArrayNode vectors = body.putArray("embeddings");
    ArrayNode texts = body.putArray("documents");
    ArrayNode facts = body.putArray("metadatas");
    for (SeedRows.Row row : rows) {
      ids.add(prefix + row.text().id());
      vectors.add(numbers(row.vector()));
      texts.add(row.text().body());
      facts.addObject().put("tenant_id", row.text().owner()).put("topic", row.text().topic());
    }
    post(COLLECTIONS + "/" + id + "/add", body);
  }

  /**
   * The rows that are nearest to a vector.
   *
   * @param tenant whose alone are asked for; empty where the gateway sees to that
   */
  List<Answer.Row> nearest(String collection, String tenant, float[] vector, int count)
      throws IOException {
    ObjectNode body = JSON.createObjectNode().put("n_results", count);
    body.putArray("query_embeddings").add(numbers(vector));
    if (!tenant.isEmpty()) {
      body.putObject("where").put("tenant_id", tenant);
    }
    body.putArray("include").add("documents").add("metadatas").add("distances");
    JsonNode found = post(COLLECTIONS + "/" + find(collection) + "/query", body);
    return rows(
        collection,
        found.path("ids").path(0),
        found.path("metadatas").path(0),
        found.path("documents").path(0),
        found.path("distances").path(0));
  }

  /** Some rows, whosever they are. */
  List<Answer.Row> some(String collection, int count) throws IOException {
    ObjectNode body = JSON.createObjectNode().put("limit", count);
    body.putArray("include").add("documents").add("metadatas");
    JsonNode found = post(COLLECTIONS + "/" + find(collection) + "/get", body);
    return rows(
        collection,
        found.path("ids"),
        found.path("metadatas"),
        found.path("documents"),
        JSON.createArrayNode());
  }

  private static List<Answer.Row> rows(
      String collection, JsonNode ids, JsonNode facts, JsonNode texts, JsonNode distances) {
    List<Answer.Row> out = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      out.add(
          new Answer.Row(
              collection,
              ids.path(i).asText(),
              facts.path(i).path("tenant_id").asText(),
              texts.path(i).asText(),
              distances.path(i).asDouble()));
    }
    return out;
  }

  private static ArrayNode numbers(float[] vector) {
    ArrayNode out = JSON.createArrayNode();
    for (float f : vector) {
      out.add(f);
    }
    return out;
  }

  private JsonNode get(String path) throws IOException {
    return Namespaces.call(from, () -> exchange(path, new byte[0]));
  }

  private JsonNode post(String path, JsonNode body) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    return Namespaces.call(from, () -> exchange(path, bytes));
  }

  /**
   * One request. This client, unlike the JDK's newer one, opens its socket on the calling thread;
   * and with the connection closed afterwards none is ever reused from another namespace.
   */
  private JsonNode exchange(String path, byte[] body) throws IOException {
    HttpURLConnection http = (HttpURLConnection) url(path).openConnection(Proxy.NO_PROXY);
    http.setConnectTimeout((int) CONNECT_MAX.toMillis());
    http.setReadTimeout((int) ANSWER_MAX.toMillis());
    http.setInstanceFollowRedirects(false);
    login.flatMap(Login::token).ifPresent(t -> http.setRequestProperty("x-chroma-token", t));
    if (http instanceof HttpsURLConnection https) {
      https.setSSLSocketFactory(login.orElseThrow().tls().getSocketFactory());
    }
    http.setRequestProperty("Connection", "close");
    if (body.length > 0) {
      http.setRequestProperty("Content-Type", "application/json");
      http.setDoOutput(true);
      http.setFixedLengthStreamingMode(body.length);
      http.getOutputStream().write(body);
    }
    int status = http.getResponseCode();
    byte[] answer = read(status < 400 ? http.getInputStream() : http.getErrorStream());
    if (status / 100 != 2) {
      throw new EngineRefusal("the database says: %d %s".formatted(status, text(answer)));
    }
    return JSON.readTree(answer);
  }

  private URL url(String path) throws IOException {
    try {
      String host = to.getAddress().getHostAddress();
      return new URI(
              login.isPresent() ? "https" : "http", null, host, to.getPort(), path, null, null)
          .toURL();
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private static byte[] read(InputStream in) throws IOException {
    if (in == null) {
      return new byte[0];
    }
    try (in) {
      byte[] out = in.readNBytes(ANSWER_BYTES_MAX + 1);
      if (out.length > ANSWER_BYTES_MAX) {
        throw new IOException("the database's answer is longer than " + ANSWER_BYTES_MAX);
      }
      return out;
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
