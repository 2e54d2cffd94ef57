package io.ringfence.gateway.policy;

/**
 * One state of the blueprint that a gateway serves.
 *
 * @param number counts the generations that this process took, from 1
 * @param hash of the blueprint's content: the same in every gateway that serves it
 */
public record Generation(long number, String hash) {
  public Generation {
    if (number < 1) {
      throw new IllegalArgumentException("generations are counted from 1, not " + number);
    }
    if (hash.isEmpty()) {
      throw new IllegalArgumentException("a generation has its content's hash");
    }
  }
}
