package io.ringfence.gateway.engine.qdrant;

import io.ringfence.gateway.request.JsonFields;
import io.ringfence.gateway.request.RefusedException;
import java.util.Map;
import java.util.regex.Pattern;

/** The names of snapshots, which begin with their collection's. */
final class Snapshots {
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}._ -]{1,255}");

  private Snapshots() {}

  /**
   * @throws RefusedException when the name could be a path
   */
  static String toServer(String name, Scoping scoping) throws RefusedException {
    if (!NAME.matcher(name).matches() || name.startsWith(".") || name.contains("..")) {
      throw JsonFields.malformed("a snapshot's name is not one that Qdrant gives");
    }
    String server = scoping.collection();
    String client = scoping.clientNames().getOrDefault(server, server);
    return name.startsWith(client + "-") ? server + name.substring(client.length()) : name;
  }

  static String toClient(String name, Scoping scoping) {
    for (Map.Entry<String, String> names : scoping.clientNames().entrySet()) {
      if (name.startsWith(names.getKey() + "-")) {
        return names.getValue() + name.substring(names.getKey().length());
      }
    }
    return name;
  }
}
