package io.ringfence.model;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A vector database as the catalogue knows it.
 *
 * @param services by role: {@code rest}, {@code grpc}, {@code peer}, {@code metrics} and what the
 *     engine adds
 * @param sharedRoles roles that have no port of their own, and the service whose port they share
 */
public record Engine(
    String name, String title, Map<String, Service> services, Map<String, String> sharedRoles) {
  public Engine {
    services = Collections.unmodifiableMap(new TreeMap<>(services));
    sharedRoles = Collections.unmodifiableMap(new TreeMap<>(sharedRoles));
  }
}
