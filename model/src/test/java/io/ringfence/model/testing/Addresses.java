package io.ringfence.model.testing;

import io.ringfence.model.Address;
import io.ringfence.model.Prefix;

/** Picks addresses of networks. */
final class Addresses {
  private Addresses() {}

  /**
   * An address that nobody claims yet, and claims it; often near an end of the network, never the
   * first two (the network's own and a router's) nor the last (broadcast).
   */
  static Address unclaimed(Draft draft, Prefix network) {
    for (int tries = 0; tries < 1_000; tries++) {
      Address address = near(draft.dice, network);
      if (draft.claimed.add(address)) {
        return address;
      }
    }
    throw new IllegalStateException(network + " has too few addresses");
  }

  private static Address near(Dice dice, Prefix network) {
    int steps = dice.between(2, 11);
    boolean atEnd = dice.oneIn(3);
    Address out = atEnd ? network.last() : network.network();
    for (int i = 0; i < (atEnd ? steps - 1 : steps); i++) {
      out = atEnd ? out.previous() : out.next();
    }
    return out;
  }

  /** Any address of a prefix: its ends, beside them, or in the middle. */
  static Address within(Dice dice, Prefix prefix) {
    return switch (dice.between(0, 3)) {
      case 0 -> prefix.network();
      case 1 -> prefix.last();
      case 2 ->
          prefix.length() == prefix.family().bits() ? prefix.network() : prefix.network().next();
      default -> random(dice, prefix);
    };
  }

  private static Address random(Dice dice, Prefix prefix) {
    Address network = prefix.network();
    Address last = prefix.last();
    long high = network.high() | dice.bits() & (network.high() ^ last.high());
    long low = network.low() | dice.bits() & (network.low() ^ last.low());
    return new Address(prefix.family(), high, low);
  }
}
