package io.ringfence.gateway.request;

import java.util.List;
import java.util.Optional;

/**
 * What a request would do, as its engine classified it.
 *
 * @param name the engine's own, from a closed list: {@code qdrant.points.query}
 * @param touches all that it would do; each must be permitted. None for a greeting, which shows no
 *     data and is answered to whomever some rule permits something there
 * @param statement the request as text for its record, without any value of the client's; only
 *     where the engine's requests are text
 */
public record Operation(String name, List<Touch> touches, Size size, Optional<String> statement) {
  public Operation {
    touches = List.copyOf(touches);
  }

  public Operation(String name, List<Touch> touches, Size size) {
    this(name, touches, size, Optional.empty());
  }

  public Operation withStatement(String text) {
    return new Operation(name, touches, size, Optional.of(text));
  }

  /**
   * What limits bound.
   *
   * @param batch how many records or queries it brings
   * @param topK how many neighbours the largest of its queries asks for
   */
  public record Size(int batch, int topK) {
    public static final Size NONE = new Size(0, 0);
  }

  /** What clients ask before they do anything: a version, who they are. */
  public static Operation greeting(String name) {
    return new Operation(name, List.of(), Size.NONE);
  }

  public static Operation of(String name, Touch... touches) {
    return new Operation(name, List.of(touches), Size.NONE);
  }

  /** What a caller is told for whom no rule permits it. */
  public String unpermitted() {
    return "no rule permits `" + name + "` for this caller";
  }
}
