package io.ringfence.gateway.request;

import java.util.List;

/**
 * What a request would do, as its engine classified it.
 *
 * @param name the engine's own, from a closed list: {@code qdrant.points.query}
 * @param touches all that it would do; each must be permitted
 */
public record Operation(String name, List<Touch> touches) {
  public Operation {
    touches = List.copyOf(touches);
    if (touches.isEmpty()) {
      throw new IllegalArgumentException("operation `" + name + "` does nothing to be decided");
    }
  }
}
