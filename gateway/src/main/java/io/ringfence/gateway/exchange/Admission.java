package io.ringfence.gateway.exchange;

import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.RefusedException;

/** Bounds on what callers may ask; what is past one is refused. */
public interface Admission {
  /** Everything is let in. */
  Admission UNBOUNDED =
      new Admission() {
        @Override
        public void request(Caller caller) {}

        @Override
        public void operation(Caller caller, Operation operation) {}
      };

  /**
   * Lets a request in before it is understood.
   *
   * @throws RefusedException when the caller asks too often
   */
  void request(Caller caller) throws RefusedException;

  /**
   * Lets a permitted operation in.
   *
   * @throws RefusedException when it is too large, or asked for too often
   */
  void operation(Caller caller, Operation operation) throws RefusedException;
}
