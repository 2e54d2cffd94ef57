package io.ringfence.gateway.wire.postgresql;

import io.netty.buffer.ByteBuf;
import io.ringfence.gateway.engine.postgresql.Settings;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A startup message.
 *
 * @param minor of protocol version 3
 * @param settings that the session is to begin with
 * @param unknown protocol options that are not known here
 */
record Startup(
    int minor, String user, String database, Map<String, String> settings, List<String> unknown) {
  static final int NEWEST_MINOR = 2;

  private static final int PARAMETERS_MAX = 64;

  static Startup read(int version, ByteBuf in) throws ProtocolViolation, RefusedException {
    if (version >>> 16 != 3) {
      throw new ProtocolViolation("no such protocol");
    }
    Map<String, String> parameters = new TreeMap<>();
    for (String name = Fields.text(in); !name.isEmpty(); name = Fields.text(in)) {
      if (parameters.put(name, Fields.text(in)) != null || parameters.size() > PARAMETERS_MAX) {
        throw new ProtocolViolation("a startup message says something twice, or too much");
      }
    }
    Fields.requireEnd(in);
    String user = parameters.remove("user");
    if (user == null || user.isEmpty()) {
      throw new RefusedException(Refusal.Kind.UNAUTHENTICATED, "no user is named");
    }
    String database = parameters.getOrDefault("database", user);
    parameters.remove("database");
    List<String> unknown =
        new ArrayList<>(parameters.keySet().stream().filter(n -> n.startsWith("_pq_.")).toList());
    unknown.forEach(parameters::remove);
    return new Startup(
        version & 0xffff, user, database, settings(parameters), List.copyOf(unknown));
  }

  private static Map<String, String> settings(Map<String, String> parameters)
      throws RefusedException {
    Map<String, String> out = new TreeMap<>();
    for (Map.Entry<String, String> said : parameters.entrySet()) {
      boolean nothing = said.getKey().equals("options") && said.getValue().isBlank();
      if (!nothing && !Settings.atStart(said.getKey(), said.getValue())) {
        throw new RefusedException(
            Refusal.Kind.DENIED,
            "the startup parameter `" + said.getKey() + "` is not let through");
      }
      if (!nothing) {
        out.put(said.getKey(), said.getValue());
      }
    }
    return out;
  }

  boolean negotiates() {
    return minor > NEWEST_MINOR || minor == 1 || !unknown.isEmpty();
  }

  /** The version that is spoken. */
  int spoken() {
    return minor >= NEWEST_MINOR ? NEWEST_MINOR : 0;
  }
}
