package io.ringfence.gateway.request;

/**
 * What an engine makes of a request before it is decided.
 *
 * @param <C> a question to the database
 * @param <A> an answer, the database's or the client's
 */
public sealed interface Understanding<C, A> {
  /**
   * A request that is understood wholly.
   *
   * @param start makes the first step of answering it, once every touch is permitted
   */
  record Classified<C, A>(Operation operation, Start<C, A> start) implements Understanding<C, A> {}

  /** Something must be asked first: which collection an identifier means. */
  record Lookup<C, A>(C call, Resolution<C, A> next) implements Understanding<C, A> {}

  /** Makes the first step; what is forwarded is encoded anew from what was parsed. */
  @FunctionalInterface
  interface Start<C, A> {
    /**
     * @throws RefusedException when the request cannot be scoped
     */
    Step<C, A> first() throws RefusedException;
  }

  /** Goes on with the database's answer. */
  @FunctionalInterface
  interface Resolution<C, A> {
    /**
     * @throws RefusedException when there is no such thing for this caller
     */
    Understanding<C, A> with(A answer) throws RefusedException;
  }
}
