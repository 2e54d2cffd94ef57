package io.ringfence.lab.engine;

import java.util.List;
import java.util.SortedMap;

/** The rows that every engine is seeded with, and the vector of a question about them. */
final class SeedRows {
  static final int DIMENSIONS = 64;

  private final LatentSemantics semantics;
  private final List<Row> rows;

  private SeedRows() {
    List<SupportTexts.Text> texts = SupportTexts.all();
    semantics =
        new LatentSemantics(texts.stream().map(SupportTexts.Text::body).toList(), DIMENSIONS);
    rows = texts.stream().map(t -> new Row(t, semantics.vector(t.body()))).toList();
  }

  /** The rows, made once: they are always the same. */
  static SeedRows get() {
    return Once.ROWS;
  }

  private static final class Once {
    static final SeedRows ROWS = new SeedRows();
  }

  /** A text and its vector. */
  @SuppressWarnings("ArrayRecordComponent") // rows are read, never compared
  record Row(SupportTexts.Text text, float[] vector) {}

  /** Those of one owner. */
  List<Row> of(String owner) {
    return rows.stream().filter(r -> r.text().owner().equals(owner)).toList();
  }

  /** The collection of a tenant, which must be one of those that have rows. */
  static String collectionOf(String tenant, SortedMap<String, String> collections) {
    String out = collections.get(tenant);
    if (out == null) {
      throw new IllegalArgumentException(
          "undeclared tenant `%s`; the database has %s"
              .formatted(tenant, String.join(", ", collections.keySet())));
    }
    return out;
  }

  /** The vector of a question, of unit length. */
  float[] vector(String question) {
    float[] out = semantics.vector(question);
    if (out.length == 0) {
      throw new IllegalArgumentException(
          "the database holds nothing about `%s`: none of its words occurs".formatted(question));
    }
    return out;
  }
}
