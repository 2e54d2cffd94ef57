package io.ringfence.gateway.engine.chroma;

import io.ringfence.model.Action;
import java.util.List;
import java.util.Optional;

/**
 * Every operation of Chroma's REST interface; what is not here is denied. A test holds the list
 * against a running server's {@code /openapi.json}.
 */
enum ChromaOperation {
  IDENTITY("GET", "auth/identity"),
  HEARTBEAT("GET", "heartbeat"),
  VERSION("GET", "version"),
  PRE_FLIGHT_CHECKS("GET", "pre-flight-checks"),
  HEALTHCHECK("GET", "healthcheck", Action.HEALTH),
  RESET("POST", "reset", Action.CLUSTER),
  CREATE_TENANT("POST", "tenants", Action.CLUSTER),
  GET_TENANT("GET", "tenants/{tenant}"),
  UPDATE_TENANT("PATCH", "tenants/{tenant}", Action.CLUSTER),
  LIST_DATABASES("GET", "tenants/{tenant}/databases"),
  CREATE_DATABASE("POST", "tenants/{tenant}/databases", Action.CLUSTER),
  GET_DATABASE("GET", "tenants/{tenant}/databases/{database}"),
  DELETE_DATABASE("DELETE", "tenants/{tenant}/databases/{database}", Action.CLUSTER),
  LIST_COLLECTIONS("GET", Paths.COLLECTIONS),
  COUNT_COLLECTIONS("GET", "tenants/{tenant}/databases/{database}/collections_count"),
  CREATE_COLLECTION("POST", Paths.COLLECTIONS, Action.MANAGE),
  GET_COLLECTION("GET", Paths.COLLECTIONS + "/{name}", Action.QUERY),
  GET_COLLECTION_BY_ID("GET", Paths.COLLECTIONS + "/by-id/{id}", Action.QUERY),
  GET_COLLECTION_BY_CRN("GET", "collections/{crn}", Action.QUERY),
  UPDATE_COLLECTION("PUT", Paths.COLLECTIONS + "/{id}", Action.MANAGE),
  DELETE_COLLECTION("DELETE", Paths.COLLECTIONS + "/{name}", Action.MANAGE),
  ADD("POST", Paths.COLLECTIONS + "/{id}/add", Action.INSERT),
  UPSERT("POST", Paths.COLLECTIONS + "/{id}/upsert", Action.INSERT, Action.UPDATE),
  UPDATE("POST", Paths.COLLECTIONS + "/{id}/update", Action.UPDATE),
  DELETE("POST", Paths.COLLECTIONS + "/{id}/delete", Action.DELETE),
  GET("POST", Paths.COLLECTIONS + "/{id}/get", Action.QUERY),
  QUERY("POST", Paths.COLLECTIONS + "/{id}/query", Action.QUERY),
  COUNT("GET", Paths.COLLECTIONS + "/{id}/count", Action.QUERY),
  INDEXING_STATUS("GET", Paths.COLLECTIONS + "/{id}/indexing_status", Action.QUERY),
  SEARCH("POST", Paths.COLLECTIONS + "/{id}/search", Action.QUERY),
  FORK("POST", Paths.COLLECTIONS + "/{id}/fork", Action.MANAGE),
  FORK_COUNT("GET", Paths.COLLECTIONS + "/{id}/fork_count", Action.MANAGE),
  ATTACH_FUNCTION("POST", Paths.COLLECTIONS + "/{id}/functions/attach", Action.MANAGE),
  GET_FUNCTION("GET", Paths.COLLECTIONS + "/{id}/functions/{function}", Action.MANAGE),
  DETACH_FUNCTION(
      "POST", Paths.COLLECTIONS + "/{id}/attached_functions/{function}/detach", Action.MANAGE);

  /** Long paths, once. */
  private static final class Paths {
    static final String COLLECTIONS = "tenants/{tenant}/databases/{database}/collections";
  }

  static final List<String> ROOT = List.of("api", "v2");

  private static final List<ChromaOperation> ALL = List.of(values());

  private final String method;
  private final List<String> template;
  private final List<Action> actions;
  private final long words;
  private final String text;

  ChromaOperation(String method, String template, Action... actions) {
    this.method = method;
    this.template = List.of(template.split("/"));
    this.actions = List.of(actions);
    this.words = this.template.stream().filter(w -> !isParameter(w)).count();
    this.text = "chroma." + name().toLowerCase(java.util.Locale.ROOT);
  }

  /** What it does; nothing for a greeting. */
  List<Action> actions() {
    return actions;
  }

  /** Its name in decisions, limits and the audit log. */
  String text() {
    return text;
  }

  /** The segment that stands for a parameter of the template. */
  String parameter(List<String> path, String name) {
    return path.get(ROOT.size() + template.indexOf("{" + name + "}"));
  }

  /** The operation of a request. A template's own word goes before a parameter. */
  static Optional<ChromaOperation> of(String method, List<String> path) {
    ChromaOperation best = null;
    for (ChromaOperation operation : ALL) {
      boolean fits = operation.method.equals(method) && operation.fits(path);
      if (fits && (best == null || operation.words > best.words)) {
        best = operation;
      }
    }
    return Optional.ofNullable(best);
  }

  private boolean fits(List<String> path) {
    if (path.size() != ROOT.size() + template.size()) {
      return false;
    }
    for (int i = 0; i < ROOT.size(); i++) {
      if (!ROOT.get(i).equals(path.get(i))) {
        return false;
      }
    }
    for (int i = 0; i < template.size(); i++) {
      String word = template.get(i);
      if (!isParameter(word) && !word.equals(path.get(ROOT.size() + i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isParameter(String word) {
    return word.startsWith("{");
  }
}
