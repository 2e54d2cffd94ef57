package io.ringfence.targets.nftables.ruleset;

import java.util.List;
import java.util.Optional;

/**
 * Rules in order.
 *
 * @param hook where the kernel enters it (input, output or forward), dropping what it does not
 *     accept; absent for a chain that others go to
 */
public record Chain(String name, Optional<String> hook, List<Rule> rules) {
  public Chain {
    Names.require(name, Names.BYTES_MAX);
    rules = List.copyOf(rules);
  }
}
