package io.ringfence.conformance.decision;

import io.ringfence.model.Request;
import java.util.List;

/**
 * An engine that decides requests under one estate's grants.
 *
 * @param <Q> a request in the engine's own words
 */
interface Contender<Q> {
  String name();

  /** The requests as this engine takes them; not part of what is measured. */
  List<Q> prepare(List<Request> requests);

  boolean permits(Q request) throws Exception;
}
