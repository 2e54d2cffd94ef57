package io.ringfence.gateway.engine;

import io.ringfence.gateway.request.GrpcAnswer;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.RefusedException;

/**
 * One streaming call over gRPC, as its engine understands it from message to message. It does no
 * I/O, knows its call's caller, and is used by one thread at a time.
 */
public interface Dialogue {
  /** Which side sends more than one message. */
  enum Form {
    SERVER,
    CLIENT,
    BOTH
  }

  /**
   * A message of the client's, understood wholly.
   *
   * @param operation what it would do, which is decided before anybody is told of it
   * @param message what the database is told instead, encoded anew
   */
  record Question(Operation operation, byte[] message) {}

  /**
   * Understands the client's next message.
   *
   * @throws RefusedException when any part of it is unknown; the call ends
   */
  Question question(byte[] message) throws RefusedException;

  /**
   * The database's next message as the client may see it, encoded anew.
   *
   * @throws RefusedException when it may not; the call ends
   */
  byte[] answer(byte[] message) throws RefusedException;

  /**
   * The database's own end of the call, as the client may see it: an error names nothing foreign.
   */
  GrpcAnswer end(GrpcAnswer status);
}
