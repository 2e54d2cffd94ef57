package io.ringfence.conformance.throughput;

import java.io.IOException;
import java.util.List;

/** A proxy that is measured, as a process of its own. */
interface Contender {
  String name();

  /**
   * Writes its configuration, and says how it is started.
   *
   * @param port where it is to listen on loopback
   * @param database where it is to forward to
   */
  List<String> command(Site site, Demand demand, int port, int database) throws IOException;

  /** What clients must show. */
  enum Demand {
    MTLS,
    MTLS_AND_JWT
  }
}
