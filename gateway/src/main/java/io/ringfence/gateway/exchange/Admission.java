package io.ringfence.gateway.exchange;

import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.RefusedException;
import java.time.Duration;

/** Bounds on what callers may ask; what is past one is refused. */
public interface Admission {
  /** Everything is let in. */
  Admission UNBOUNDED =
      new Admission() {
        @Override
        public Runnable request(Caller caller) {
          return () -> {};
        }

        @Override
        public Duration time() {
          return Duration.ofDays(1);
        }

        @Override
        public void operation(Caller caller, Operation operation) {}
      };

  /**
   * Lets a request in before it is understood.
   *
   * @return what is to be run once it is answered
   * @throws RefusedException when the caller asks too often, or too much at one time
   */
  Runnable request(Caller caller) throws RefusedException;

  /** How long a request may take, all questions to the database together. */
  Duration time();

  /**
   * Lets a permitted operation in.
   *
   * @throws RefusedException when it is too large, or asked for too often
   */
  void operation(Caller caller, Operation operation) throws RefusedException;
}
