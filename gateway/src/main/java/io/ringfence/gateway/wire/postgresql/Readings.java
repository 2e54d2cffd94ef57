package io.ringfence.gateway.wire.postgresql;

import io.ringfence.gateway.engine.postgresql.PostgresqlGuard;
import io.ringfence.gateway.engine.postgresql.Reading;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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

  private final Set<PostgresqlGuard> guards;
  private Optional<Scope> scope = Optional.empty();

  Readings(Set<PostgresqlGuard> guards) {
    this.guards = guards;
  }

  /** Reads a text that is not likely to come again. */
  List<Reading> once(String sql, Scope now) throws RefusedException {
    return Reading.of(sql, now, guards);
  }

  List<Reading> of(String sql, Scope now) throws RefusedException {
    if (sql.length() > CHARACTERS_MAX) {
      return once(sql, now);
    }
    if (scope.isEmpty() || !scope.get().equals(now)) {
      read.clear();
      scope = Optional.of(now);
    }
    List<Reading> known = read.get(sql);
    if (known == null) {
      known = once(sql, now);
      read.put(sql, known);
    }
    return known;
  }
}
