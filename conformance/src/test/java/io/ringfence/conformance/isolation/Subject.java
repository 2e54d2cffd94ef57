package io.ringfence.conformance.isolation;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** An engine under test: a gateway over the shared database, and the tenant's twin beside it. */
interface Subject extends AutoCloseable {
  /** What a request is for. */
  enum Kind {
    /** One that the policy permits and the engine's clients send. */
    VALID,
    /** One that a strict reader may refuse. */
    ODD,
    /** One that reaches for what is not the tenant's: it gets what a missing thing gets. */
    FOREIGN,
    /** One that must be refused, whatever the twin says. */
    FORBIDDEN
  }

  /** A request that can be sent to both. */
  interface Attempt {
    /** For the table of what was answered. */
    String operation();

    Kind kind();

    /** Whether it may change data. */
    boolean changes();

    /** All that a client wrote, for the report; what it names is no leak when it comes back. */
    String text();

    Answer throughGateway() throws IOException;

    /** Whether what was just sent through the gateway was asked of the database. */
    boolean reached();

    /** How the gateway classified it otherwise than the slow reference does. */
    default Optional<String> misread() throws IOException {
      return Optional.empty();
    }

    /** Whether the gateway refused it by itself, so that the database was not asked. */
    default boolean refused(Answer gateway) {
      return !gateway.good() && gateway.status() != 404;
    }

    /** What the twin answers; of what is another's, what a missing thing gets. */
    Answer onTwin() throws IOException;
  }

  /**
   * What came back.
   *
   * @param content with what differs of necessity (identifiers, versions) taken out; empty where it
   *     is not compared
   */
  record Answer(int status, Optional<String> content, String raw) {
    /** Whether the server itself failed, which is no answer to compare. */
    boolean failed() {
      return status >= 500;
    }

    boolean good() {
      return status >= 200 && status < 300;
    }
  }

  Attempt next(SplittableRandom random) throws IOException;

  /** Everything that is not the tenant's, as it stands on the shared database. */
  String others() throws IOException;

  /** What is planted among the tenants' data and is no tenant's; empty when nothing is. */
  List<String> planted() throws IOException;

  /** What only others' data holds. */
  List<String> canaries();

  @Override
  void close();
}
