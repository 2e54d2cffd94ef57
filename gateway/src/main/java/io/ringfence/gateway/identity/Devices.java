package io.ringfence.gateway.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is known of callers' devices from a file.
 *
 * @param file empty where there is none, or none that counts
 */
record Devices(Supplier<Optional<DeviceFile>> file, Duration maxAge) {
  static final Devices UNKNOWN = new Devices(Optional::empty, Duration.ZERO);

  /**
   * A caller's facts, with those of its devices.
   *
   * @param facts that its own proofs give
   * @param names of the caller
   */
  Map<String, Object> facts(Map<String, Object> facts, List<String> names, Instant now) {
    Optional<DeviceFile> known = file.get();
    if (known.isEmpty()) {
      return facts;
    }
    Map<String, Object> out = facts;
    for (String name : names) {
      Map<String, Object> told = new HashMap<>();
      known
          .get()
          .facts(name, now, maxAge)
          .forEach((fact, value) -> told.put("device." + fact, value));
      out = GatewayAuthenticator.agreed(out, told);
    }
    return out;
  }
}
