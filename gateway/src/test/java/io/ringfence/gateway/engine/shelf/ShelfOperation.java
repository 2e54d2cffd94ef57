package io.ringfence.gateway.engine.shelf;

import io.ringfence.model.Action;
import java.util.List;
import java.util.Optional;

/** Every operation of Shelf's REST interface; what is not here is denied. */
enum ShelfOperation {
  LIST("GET", "shelves"),
  SEARCH("POST", "shelves/{shelf}/search", Action.QUERY),
  PUT("PUT", "shelves/{shelf}/notes", Action.INSERT, Action.UPDATE),
  DROP("DELETE", "shelves/{shelf}", Action.MANAGE);

  private final String method;
  private final List<String> template;
  private final List<Action> actions;

  ShelfOperation(String method, String template, Action... actions) {
    this.method = method;
    this.template = List.of(template.split("/"));
    this.actions = List.of(actions);
  }

  /** What it does; nothing for a greeting. */
  List<Action> actions() {
    return actions;
  }

  /** Its name in decisions, limits and the audit log. */
  String text() {
    return "shelf." + name().toLowerCase(java.util.Locale.ROOT);
  }

  static Optional<ShelfOperation> of(String method, List<String> path) {
    return List.of(values()).stream()
        .filter(o -> o.method.equals(method) && o.fits(path))
        .findFirst();
  }

  private boolean fits(List<String> path) {
    boolean fits = path.size() == template.size();
    for (int i = 0; fits && i < path.size(); i++) {
      fits = template.get(i).startsWith("{") || template.get(i).equals(path.get(i));
    }
    return fits;
  }
}
