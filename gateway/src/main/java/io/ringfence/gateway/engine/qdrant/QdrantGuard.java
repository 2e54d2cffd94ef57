package io.ringfence.gateway.engine.qdrant;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What keeps one tenant's Qdrant from another's, each by itself, over REST and gRPC alike. All are
 * always on; only tests take one away, to show that they would see it missing.
 */
public enum QdrantGuard {
  /** A client's name of a collection becomes the server's, and a foreign one none. */
  NAMES,
  /** Of the server's collections and aliases the caller's alone are listed. */
  LISTING,
  /** A right to a name is none to what an operator lets it stand for. */
  ALIASES,
  /** What is the operators' is not a tenant's, whatever its role says. */
  OPERATORS,
  /** Nobody changes a collection that tenants share. */
  SHARED_COLLECTIONS,
  /** A shared collection is described without what others have in it. */
  DESCRIPTIONS,
  /** No points are shown beside groups that no filter keeps. */
  LOOKUPS,
  /** No shard key routes around a shared collection. */
  SHARD_KEYS,
  /** The database fetches and computes nothing elsewhere. */
  EGRESS,
  /** Points are looked for, and changed, among the tenant's. */
  ROW_FILTER,
  /** A tenant's ids of points are its own. */
  ROW_IDS,
  /** What is written bears the tenant's mark. */
  ROW_MARKS,
  /** No client writes a mark, or reads the gateway's. */
  ROW_PATHS,
  /** A point that a query starts from is the tenant's. */
  ROW_EXAMPLES,
  /** Terms are weighted by the tenant's points. */
  ROW_WEIGHTS,
  /** What is shown bore the tenant's mark, which is not shown. */
  ROW_ANSWERS,
  /** How often others write is not told by numbers of versions and operations. */
  ROW_VERSIONS;

  /** Every one. */
  public static final Set<QdrantGuard> ALL =
      Collections.unmodifiableSet(EnumSet.allOf(QdrantGuard.class));
}
