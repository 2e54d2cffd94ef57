package io.ringfence.gateway.wire.postgresql;

import io.ringfence.gateway.engine.postgresql.Reading;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a session's texts were read as, since drivers prepare the same few again and again. It is of
 * one scope.
 */
final class Readings {
  static final int TEXTS_MAX = 64;
  static final int CHARACTERS_MAX = 4_096;

  private final Map<String, List<Reading>> read =
      new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<Reading>> eldest) {
          return size() > TEXTS_MAX;
        }
      };

  private Optional<Scope> scope = Optional.empty();

  List<Reading> of(String sql, Scope now) throws RefusedException {
    if (sql.length() > CHARACTERS_MAX) {
      return Reading.of(sql, now);
    }
    if (scope.isEmpty() || !scope.get().equals(now)) {
      read.clear();
      scope = Optional.of(now);
    }
    List<Reading> known = read.get(sql);
    if (known == null) {
      known = Reading.of(sql, now);
      read.put(sql, known);
    }
    return known;
  }
}
