package io.ringfence.gateway.engine.qdrant;

/** What a request may make the database fetch, by the blueprint's egress rules. */
public interface Egress {
  /** Nothing. */
  Egress NONE =
      new Egress() {
        @Override
        public boolean permitsInference() {
          return false;
        }

        @Override
        public boolean permits(String host, int port) {
          return false;
        }
      };

  /** True when the database may send inputs to its inference service. */
  boolean permitsInference();

  /**
   * True when the database may fetch from this destination.
   *
   * @param host as the request names it
   */
  boolean permits(String host, int port);
}
