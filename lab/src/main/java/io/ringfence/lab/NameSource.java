package io.ringfence.lab;

import io.ringfence.model.Address;
import java.util.List;

/**
 * Who says which addresses the names of egress rules have, to fill the sets of artifacts that
 * {@link Lab#enforce} loads. An agent that watches the resolvers' answers takes the place of this.
 */
@FunctionalInterface
public interface NameSource {
  /** The sets stay empty, and so deny. */
  NameSource NONE = (placement, name) -> List.of();

  /** The addresses that count for a name at a host or router. */
  List<Address> answers(String placement, String name);
}
