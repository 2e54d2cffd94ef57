package io.ringfence.gateway.serve;

import io.ringfence.model.Directory;
import java.io.IOException;

/**
 * Where the gateway's blueprint comes from, and who proves it: the gateway itself knows no proof.
 */
public interface PolicySource {
  /**
   * A blueprint that parses, type-checks, and whose guardrails are proved.
   *
   * @param hash of its content
   */
  record Proved(Directory directory, String hash) {}

  /** What stands there changes when this does; cheap. */
  String mark() throws IOException;

  /**
   * Reads and proves.
   *
   * @throws PolicyRefusedException when it may not be served
   * @throws IOException when it cannot be read
   */
  Proved read() throws PolicyRefusedException, IOException;
}
