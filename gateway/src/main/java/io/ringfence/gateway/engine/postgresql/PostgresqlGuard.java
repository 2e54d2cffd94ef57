package io.ringfence.gateway.engine.postgresql;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What keeps one tenant's tables and rows from another's at the gateway, each by itself, before the
 * database's own roles and policies. All are always on; only tests take one away, to show that they
 * would see it missing.
 */
public enum PostgresqlGuard {
  /** A client's name of a table becomes the server's, and a foreign one none. */
  NAMES,
  /** A tenant with a schema of its own has no other. */
  SCHEMAS,
  /** Of the catalogue only what drivers need is read, without others' tables. */
  CATALOGUE,
  /** Functions that are not listed are not called. */
  FUNCTIONS,
  /** Types that are not listed are not named: a table's name is one. */
  TYPES,
  /** Settings that are not listed are neither set nor shown. */
  SETTINGS,
  /** What is read of a shared table is the tenant's. */
  ROW_READS,
  /** What is changed or deleted of a shared table is the tenant's. */
  ROW_CHANGES,
  /** What is written to a shared table bears the tenant's mark, and no client sets another. */
  ROW_MARKS,
  /** A parameter that is the mark is the tenant's. */
  ROW_PARAMETERS,
  /** Where a shared table's rows are on the disk is not told, nor when they were written. */
  ROW_PLACES,
  /** Nobody changes a table that tenants share. */
  SHARED_TABLES,
  /** No parameter has a type whose values name what is in the catalogue. */
  PARAMETER_TYPES,
  /** The database's errors are told in the client's own names, or not at all. */
  ERRORS;

  /** Every one. */
  public static final Set<PostgresqlGuard> ALL =
      Collections.unmodifiableSet(EnumSet.allOf(PostgresqlGuard.class));
}
