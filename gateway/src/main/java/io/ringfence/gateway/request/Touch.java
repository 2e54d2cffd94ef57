package io.ringfence.gateway.request;

import io.ringfence.model.Action;
import java.util.Optional;

/**
 * One thing that an operation would do.
 *
 * @param collection by the server's name; absent where the action concerns the whole server
 */
public record Touch(Action action, Optional<String> collection) {
  public Touch {
    if (action.onCollection() && collection.isEmpty()) {
      throw new IllegalArgumentException("action `" + action.text() + "` names a collection");
    }
  }

  public static Touch of(Action action, String collection) {
    return new Touch(action, Optional.of(collection));
  }

  public static Touch ofServer(Action action) {
    return new Touch(action, Optional.empty());
  }
}
