package io.ringfence.conformance.isolation;

import io.ringfence.gateway.request.Touch;
import io.ringfence.model.Action;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a request to Chroma would do, read slowly: by the words of its path, in which the stream
 * names collections where a client has identifiers.
 */
final class ChromaReference {
  private static final int BEFORE_COLLECTIONS = 6;

  private ChromaReference() {}

  /**
   * All touches, as text in order.
   *
   * @param prefix of the tenant's names on the server
   * @param named the name in the body of what creates or renames a collection; empty where none is
   */
  static Set<String> of(String method, List<String> path, String prefix, String named) {
    Set<Touch> out = new HashSet<>();
    if (path.size() < BEFORE_COLLECTIONS + 1) {
      // Of the server itself, its tenants and databases.
      return QdrantReference.text(Set.of(Touch.ofServer(Action.CLUSTER)));
    }
    boolean collections = path.get(BEFORE_COLLECTIONS).equals("collections");
    if (collections && path.size() == BEFORE_COLLECTIONS + 1 && method.equals("POST")) {
      out.add(Touch.of(Action.MANAGE, prefix + named));
    } else if (collections && path.size() > BEFORE_COLLECTIONS + 1) {
      String name = path.get(BEFORE_COLLECTIONS + 1).replace("{", "");
      String verb = path.size() == BEFORE_COLLECTIONS + 2 ? "" : path.getLast();
      for (Action action : actions(method, verb)) {
        out.add(Touch.of(action, prefix + name));
      }
      if (method.equals("PUT") && !named.isEmpty()) {
        out.add(Touch.of(Action.MANAGE, prefix + named));
      }
    }
    return QdrantReference.text(out);
  }

  private static Set<Action> actions(String method, String verb) {
    return switch (method + " " + verb) {
      case "POST add" -> Set.of(Action.INSERT);
      case "POST upsert" -> Set.of(Action.INSERT, Action.UPDATE);
      case "POST update" -> Set.of(Action.UPDATE);
      case "POST delete" -> Set.of(Action.DELETE);
      case "PUT ", "DELETE " -> Set.of(Action.MANAGE);
      default -> Set.of(Action.QUERY);
    };
  }
}
