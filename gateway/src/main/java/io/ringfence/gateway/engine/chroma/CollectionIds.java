package io.ringfence.gateway.engine.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Which collection each identifier means, as the server said: the newest {@link #COUNT_MAX} of
 * them. An identifier is never given to a second collection; its name may change, by this gateway
 * only.
 */
final class CollectionIds {
  static final int COUNT_MAX = 100_000;

  private static final String URN = "urn:uuid:";
  private static final int HEX_DIGITS = 32;
  private static final int DASHED_CHARACTERS = 36;

  private final Map<UUID, Known> known =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<UUID, Known> eldest) {
              return size() > COUNT_MAX;
            }
          });

  /** A collection as the server names it. */
  record Known(UUID id, CollectionPlace place, String name) {}

  /**
   * Reads an identifier in each of the forms that the server takes.
   *
   * @throws RefusedException when it is none
   */
  static UUID parse(String text) throws RefusedException {
    String bare = text.toLowerCase(java.util.Locale.ROOT);
    bare = bare.startsWith(URN) ? bare.substring(URN.length()) : bare;
    String digits = bare.length() == DASHED_CHARACTERS ? dashless(bare) : bare;
    if (digits.length() != HEX_DIGITS || !isHex(digits)) {
      throw new RefusedException(
          Refusal.Kind.MALFORMED,
          "Validation error: collection_id: Invalid collection ID format, expected UUID");
    }
    return new UUID(
        Long.parseUnsignedLong(digits.substring(0, 16), 16),
        Long.parseUnsignedLong(digits.substring(16), 16));
  }

  /** Without the dashes that stand where they belong; with any other it is none. */
  private static String dashless(String text) {
    boolean dashed =
        text.charAt(8) == '-'
            && text.charAt(13) == '-'
            && text.charAt(18) == '-'
            && text.charAt(23) == '-';
    return dashed ? text.replace("-", "") : text;
  }

  private static boolean isHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  Optional<Known> find(UUID id) {
    return Optional.ofNullable(known.get(id));
  }

  void forget(UUID id) {
    known.remove(id);
  }

  /** Forgets a collection by its place and name. */
  void forget(CollectionPlace place, String name) {
    synchronized (known) {
      known.values().removeIf(k -> k.place().equals(place) && k.name().equals(name));
    }
  }

  /**
   * Takes in a collection that the server describes.
   *
   * @throws RefusedException when the description is none
   */
  Known learn(JsonNode collection) throws RefusedException {
    String tenant = collection.path("tenant").textValue();
    String database = collection.path("database").textValue();
    String name = collection.path("name").textValue();
    String id = collection.path("id").textValue();
    if (tenant == null || database == null || name == null || id == null) {
      throw new RefusedException(
          Refusal.Kind.UNAVAILABLE, "the database describes a collection in an unknown way");
    }
    Known entry = new Known(parse(id), new CollectionPlace(tenant, database), name);
    known.put(entry.id(), entry);
    return entry;
  }
}
