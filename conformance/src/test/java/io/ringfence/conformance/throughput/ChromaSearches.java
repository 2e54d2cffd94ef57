package io.ringfence.conformance.throughput;

import io.netty.handler.codec.http.HttpMethod;
import java.util.Optional;
import java.util.Random;

/** Chroma's: a query by one embedding in one collection. */
final class ChromaSearches implements Searches {
  static final String COLLECTION = "docs";
  private static final String ID = "5b7e2c1a-90d4-4f0e-9c53-2a7f6f1d8e10";
  private static final String DATABASE =
      "/api/v2/tenants/default_tenant/databases/default_database";

  private final String answer = answer();

  @Override
  public String engine() {
    return "chroma";
  }

  @Override
  public String path() {
    return DATABASE + "/collections/" + ID + "/query";
  }

  @Override
  public String request(Random random) {
    String before = "{\"query_embeddings\":[";
    String after = "],\"n_results\":10,\"include\":[\"documents\",\"metadatas\",\"distances\"]}";
    return before
        + Searches.vector(random, REQUEST_BYTES - before.length() - after.length())
        + after;
  }

  @Override
  public Optional<String> answer(HttpMethod method, String target) {
    if (method.equals(HttpMethod.POST)) {
      return Optional.of(answer);
    }
    boolean one = target.equals(DATABASE + "/collections/by-id/" + ID);
    return one ? Optional.of(collection()) : Optional.empty();
  }

  private static String collection() {
    return "{\"id\":\"%s\",\"name\":\"acme-%s\",\"configuration_json\":{},\"schema\":null,\"metadata\":null,\"dimension\":3,\"tenant\":\"default_tenant\",\"database\":\"default_database\",\"log_position\":0,\"version\":0}"
        .formatted(ID, COLLECTION);
  }

  private static String answer() {
    StringBuilder ids = new StringBuilder();
    StringBuilder documents = new StringBuilder();
    StringBuilder metadatas = new StringBuilder();
    StringBuilder distances = new StringBuilder();
    for (int i = 0; i < POINTS; i++) {
      String comma = i == 0 ? "" : ",";
      ids.append(comma).append("\"record-%08d\"".formatted(i));
      documents
          .append(comma)
          .append('"')
          .append("lorem ipsum ".repeat(ANSWER_BYTES / POINTS / 16))
          .append('"');
      metadatas
          .append(comma)
          .append("{\"source\":\"manual\",\"page\":%d,\"draft\":false}".formatted(i));
      distances.append(comma).append("0.%d1234567".formatted(i));
    }
    return "{\"ids\":[[%s]],\"embeddings\":null,\"documents\":[[%s]],\"uris\":null,\"metadatas\":[[%s]],\"distances\":[[%s]],\"include\":[\"distances\",\"documents\",\"metadatas\"]}"
        .formatted(ids, documents, metadatas, distances);
  }
}
