package io.ringfence.gateway.request;

import java.util.OptionalLong;

/**
 * What comes next in answering a permitted request. An engine returns steps and keeps no state of
 * its own, so that everything it does can be tested without a database.
 *
 * @param <C> a question to the database
 * @param <A> an answer, the database's or the client's
 */
public sealed interface Step<C, A> {
  /** How many questions one request may cost; past it the request is refused. */
  int ASKS_MAX = 8;

  /** Ask the database, and go on with what it answers. */
  record Ask<C, A>(C call, Next<C, A> next) implements Step<C, A> {}

  /**
   * The client's answer, checked and encoded anew.
   *
   * @param rows how many records it shows or changes, where its engine knows
   */
  record Answer<C, A>(A answer, OptionalLong rows) implements Step<C, A> {
    public Answer(A answer) {
      this(answer, OptionalLong.empty());
    }
  }

  record Refuse<C, A>(Refusal refusal) implements Step<C, A> {}

  /** Goes on with the database's answer. */
  @FunctionalInterface
  interface Next<C, A> {
    /**
     * @throws RefusedException when the answer cannot be shown
     */
    Step<C, A> with(A answer) throws RefusedException;
  }
}
