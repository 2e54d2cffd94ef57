package io.ringfence.gateway.engine.qdrant;

import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A tenant's points in a shared collection: told by one payload key with one text, and by ids of
 * the tenant's own.
 *
 * <p>INVARIANT (no id leaves its tenant): a server's id is 48 bits of a digest of the tenant's name
 * and 80 bits of the client's id. A number is among them as it is; of a UUID they are a digest, and
 * the UUID itself stands in the payload under {@link #ID_KEY}. So no tenant can name another's
 * point, to read it, to write over it or to learn whether it exists.
 *
 * @param key the payload's key that tells tenants apart
 * @param value this tenant's, and the only one it may have
 * @param tag the tenant's part of ids, in the upper 48 bits
 * @param guards all but what a test takes away
 */
record TenantRows(String key, String value, long tag, Set<QdrantGuard> guards) {
  /** Where the payload has what the client calls a point, if that is a UUID. */
  static final String ID_KEY = "_ringfence_id";

  /** A key that is the same as a path, as a literal, and in any quoting. */
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]{1,255}");

  private static final long TAG_MASK = 0xffff_ffff_ffff_0000L;
  private static final long MIDDLE_MASK = 0xffffL;

  /**
   * @throws RefusedException when the blueprint's key cannot be guarded
   */
  static Optional<TenantRows> of(Scope scope, String collection, Set<QdrantGuard> guards)
      throws RefusedException {
    Optional<Scope.Rows> rows = scope.rowsOf(collection);
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    String key = rows.get().key();
    if (!KEY.matcher(key).matches() || key.equals(ID_KEY)) {
      throw new RefusedException(
          Refusal.Kind.UNSUPPORTED, "the key that tells tenants apart is not a plain name");
    }
    String tenant = rows.get().value();
    return Optional.of(new TenantRows(key, tenant, digest(tenant).getLong() & TAG_MASK, guards));
  }

  private static ByteBuffer digest(String text) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return ByteBuffer.wrap(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  boolean has(QdrantGuard guard) {
    return guards.contains(guard);
  }

  /** Whether a mark is the tenant's, and the only one. */
  boolean bears(Optional<String> mark) {
    return !has(QdrantGuard.ROW_ANSWERS) || mark.equals(Optional.of(value));
  }

  // --- Ids ---

  /** What the client calls a point, as the server knows it. */
  PointId toServer(PointId id) {
    return has(QdrantGuard.ROW_IDS) ? mapped(id) : id;
  }

  private PointId.Uuid mapped(PointId id) {
    return switch (id) {
      case PointId.Number number -> new PointId.Uuid(new UUID(tag, number.value()));
      case PointId.Uuid uuid -> {
        ByteBuffer bytes = digest(value + "/" + uuid);
        long middle = bytes.getLong() & MIDDLE_MASK;
        // Nothing in the middle is a number's.
        yield new PointId.Uuid(new UUID(tag | (middle == 0 ? 1 : middle), bytes.getLong()));
      }
    };
  }

  /** What the payload must hold for the id to be told; nothing for a number. */
  static Optional<String> idMark(PointId id) {
    return id instanceof PointId.Uuid ? Optional.of(id.toString()) : Optional.empty();
  }

  /**
   * What the server calls a point, as the client knows it.
   *
   * @param mark what the payload has under {@link #ID_KEY}
   * @throws RefusedException when the point is not this tenant's
   */
  PointId toClient(PointId id, Optional<String> mark) throws RefusedException {
    if (!has(QdrantGuard.ROW_IDS)) {
      return id;
    }
    if (!(id instanceof PointId.Uuid uuid)
        || (uuid.value().getMostSignificantBits() & TAG_MASK) != tag) {
      throw withheld();
    }
    if ((uuid.value().getMostSignificantBits() & MIDDLE_MASK) == 0) {
      return new PointId.Number(uuid.value().getLeastSignificantBits());
    }
    PointId named = mark.flatMap(PointId::uuid).orElseThrow(TenantRows::withheld);
    if (!mapped(named).equals(uuid)) {
      throw withheld();
    }
    return named;
  }

  // --- Keys ---

  /** True for a key that the gateway alone sets. */
  boolean guards(String payloadKey) {
    return payloadKey.equals(key) || payloadKey.equals(ID_KEY);
  }

  /**
   * @throws RefusedException when something would be written at, above or below a guarded key
   */
  void refuseWrite(String payloadKey) throws RefusedException {
    if (guards(payloadKey) && has(QdrantGuard.ROW_PATHS)) {
      throw new RefusedException(
          Refusal.Kind.DENIED, "the payload key `" + payloadKey + "` is set by the gateway");
    }
  }

  /**
   * @throws RefusedException when the client would read what is the gateway's own
   */
  void refuseRead(PayloadPath path) throws RefusedException {
    if (has(QdrantGuard.ROW_PATHS) && path.firstKey().equals(ID_KEY)) {
      throw new RefusedException(
          Refusal.Kind.DENIED, "the payload key `" + ID_KEY + "` is the gateway's");
    }
  }

  // --- Refusals ---

  static RefusedException withheld() {
    return new RefusedException(
        Refusal.Kind.WITHHELD, "the database's answer holds what was not asked for");
  }

  /** A shared collection is everybody's: nobody changes it alone. */
  static RefusedException shared() {
    return new RefusedException(
        Refusal.Kind.UNSUPPORTED, "a collection that tenants share is not theirs to change");
  }
}
