package io.ringfence.gateway.doctor;

import java.io.IOException;
import java.util.List;

/** Answers a query with rows of text. */
@FunctionalInterface
public interface RowSource {
  /**
   * @param sql one query, whose columns are text and not null
   * @throws IOException when the database does not answer it
   */
  List<List<String>> rows(String sql) throws IOException;
}
