package io.ringfence.gateway.engine.postgresql.sql;

import java.util.Set;

/**
 * The names that WITH gives, where a query stands.
 *
 * @param outer null outside of all
 */
record CommonTables(CommonTables outer, Set<String> names) {
  static final CommonTables NONE = new CommonTables(null, Set.of());

  CommonTables {
    names = Set.copyOf(names);
  }

  CommonTables with(Set<String> more) {
    return new CommonTables(this, more);
  }

  boolean have(String name) {
    for (CommonTables tables = this; tables != null; tables = tables.outer) {
      if (tables.names.contains(name)) {
        return true;
      }
    }
    return false;
  }
}
