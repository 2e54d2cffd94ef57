package io.ringfence.lab;

import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;

/**
 * Knows which addresses are a lab's own.
 *
 * <p>INVARIANT (never outside): whatever sends a packet, to probe or to attack, takes an {@link
 * Inside} for its destination, and only this class makes one.
 */
final class LabGuard {
  private final String id;
  private final AddressSet own;

  /** An address that something in the lab holds. */
  static final class Inside {
    private final Address address;

    private Inside(Address address) {
      this.address = address;
    }

    Address address() {
      return address;
    }

    @Override
    public String toString() {
      return address.toString();
    }
  }

  LabGuard(LabPlan plan) {
    this.id = plan.id();
    this.own = plan.addresses();
  }

  /**
   * Lets an address of the lab pass.
   *
   * @throws LabUnavailable for any other
   */
  Inside admit(Address address) {
    if (!own.contains(address)) {
      throw new LabUnavailable(
          address + " is outside lab `" + id + "`, and no packet is sent there");
    }
    return new Inside(address);
  }
}
