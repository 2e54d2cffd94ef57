package io.ringfence.lab;

import io.ringfence.model.Address;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who says which addresses the names of egress rules have, to fill the sets of artifacts that
 * {@link Lab#enforce} loads. An agent that watches the resolvers' answers takes the place of this.
 */
@FunctionalInterface
public interface NameSource {
  /** The sets stay empty, and so deny. */
  NameSource NONE = names -> Map.of();

  Map<String, List<Address>> answers(Set<String> names);
}
