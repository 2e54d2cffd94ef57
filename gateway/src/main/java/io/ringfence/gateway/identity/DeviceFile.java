package io.ringfence.gateway.identity;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.StrictJson;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * What a tool of the operator's says of callers' devices, when it last saw them.
 *
 * @param devices by SPIFFE ID, or {@code ISSUER#SUBJECT}
 */
record DeviceFile(Map<String, Device> devices) {
  static final int BYTES_MAX = 16 * 1024 * 1024;

  private static final int DEPTH_MAX = 8;
  private static final StrictJson JSON = new StrictJson(DEPTH_MAX);

  /**
   * One device.
   *
   * @param facts by name, without {@code device.}
   */
  record Device(Instant seen, Map<String, Object> facts) {}

  static DeviceFile parse(byte[] json) throws SourceException {
    JsonNode root;
    try {
      root = JSON.parse(json);
    } catch (RefusedException e) {
      throw new SourceException("it is no JSON: " + e.refusal().text(), e);
    }
    if (!root.path("devices").isObject() || root.size() != 1) {
      throw new SourceException("it is no object with `devices` and nothing else");
    }
    Map<String, Device> out = new HashMap<>();
    for (var entry : root.get("devices").properties()) {
      out.put(entry.getKey(), device(entry.getKey(), entry.getValue()));
    }
    return new DeviceFile(Map.copyOf(out));
  }

  private static Device device(String name, JsonNode node) throws SourceException {
    if (!node.isObject() || !node.path("seen").isTextual()) {
      throw new SourceException("device `" + name + "` has no time at which it was `seen`");
    }
    try {
      Map<String, Object> facts = new HashMap<>(Claims.values(node));
      Instant seen = Instant.parse((String) facts.remove("seen"));
      return new Device(seen, Map.copyOf(facts));
    } catch (DateTimeException e) {
      throw new SourceException(
          "device `" + name + "` has `seen` that is no time such as 2026-01-31T12:00:00Z", e);
    }
  }

  /** The facts of a device that was seen lately enough; none where it was not, or in the future. */
  Map<String, Object> facts(String name, Instant now, Duration maxAge) {
    Device device = devices.get(name);
    if (device == null) {
      return Map.of();
    }
    boolean fresh =
        !now.isAfter(device.seen().plus(maxAge))
            && !device.seen().isAfter(now.plus(TokenVerifier.CLOCK_SKEW));
    return fresh ? device.facts() : Map.of();
  }
}
