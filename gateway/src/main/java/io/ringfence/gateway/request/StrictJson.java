package io.ringfence.gateway.request;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * JSON (RFC 8259) as the gateway takes it: UTF-8 and nothing else, one document, no key twice in an
 * object, finite numbers, whole characters, bounded depth. Whoever reads the text otherwise reads
 * the same as we do.
 */
public final class StrictJson {
  public static final int DEPTH_DEFAULT = 64;

  /** More digits than any engine's numbers have. */
  static final int NUMBER_CHARACTERS_MAX = 64;

  static final int KEY_CHARACTERS_MAX = 1024;

  private final int depthMax;

  /**
   * @param depthMax how deep lists and objects may nest
   */
  public StrictJson(int depthMax) {
    this.depthMax = depthMax;
  }

  /**
   * @throws RefusedException when the body is anything but one such document
   */
  public JsonNode parse(byte[] body) throws RefusedException {
    return JsonReader.read(body, depthMax);
  }

  /** The same, at most so deep. */
  public static JsonNode parse(byte[] body, int depthMax) throws RefusedException {
    return JsonReader.read(body, depthMax);
  }

  public byte[] write(JsonNode root) {
    return JsonWriter.write(root);
  }

  static RefusedException malformed(String why) {
    return new RefusedException(Refusal.Kind.MALFORMED, "the body is refused: " + why);
  }
}
