package io.ringfence.lab.engine;

import java.time.Duration;
import java.util.List;

/** What a database answered to a nearest-neighbour query, nearest first. */
public record Answer(List<Row> rows, Duration took) {
  public Answer {
    rows = List.copyOf(rows);
  }

  /**
   * A stored text.
   *
   * @param collection by the server's name
   * @param tenant whose it is
   * @param distance cosine distance to the question, 0 to 2; 0 when no question was asked
   */
  public record Row(String collection, String id, String tenant, String text, double distance) {}
}
