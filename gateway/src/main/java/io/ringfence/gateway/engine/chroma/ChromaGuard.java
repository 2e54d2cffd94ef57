package io.ringfence.gateway.engine.chroma;

/**
 * What keeps one tenant's Chroma from another's, each by itself. All are always on; only tests take
 * one away, to show that they would see it missing.
 */
public enum ChromaGuard {
  /** A client's name of a collection becomes the server's, and a foreign one none. */
  NAMES,
  /** What an identifier means is looked up, and must be the caller's. */
  COLLECTION_IDS,
  /** The path's tenant and database are the caller's. */
  PLACES,
  /** Of the server's collections the caller's alone are listed and counted. */
  LISTING,
  /** A collection is described in the caller's words. */
  DESCRIPTIONS,
  /** Nobody changes a collection that tenants share. */
  SHARED_COLLECTIONS,
  /** Records are looked for among the tenant's. */
  ROW_FILTER,
  /** A tenant's identifiers of records are its own. */
  ROW_IDS,
  /** What is written bears the tenant's mark, and no client sets one. */
  ROW_MARKS,
  /** What is shown bore the tenant's mark. */
  ROW_ANSWERS,
  /** The tenant's records alone are counted. */
  ROW_COUNTS,
  /** How much others write is not told. */
  ROW_STATUS
}
