package io.ringfence.conformance.differential;

import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.testing.Dice;
import io.ringfence.targets.nftables.NftablesRenderer;
import io.ringfence.targets.nftables.ruleset.Ruleset;
import io.ringfence.verifier.flows.FlowSpace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the resolvers are taken to have answered: a few addresses for each name, each for one name
 * only, some of them of workloads, which no answer may open a way to.
 */
final class ResolvedNames {
  private static final List<String> OUTSIDE =
      List.of("198.51.100.77", "203.0.113.201", "9.9.9.9", "2001:db8:77::1", "2600::1");

  private final Map<Address, String> nameByAddress = new LinkedHashMap<>();

  ResolvedNames(Directory directory, Dice dice) {
    List<String> names = FlowSpace.of(directory).names();
    List<Address> choices = new ArrayList<>(OUTSIDE.stream().map(Address::parse).toList());
    Blueprint blueprint = directory.blueprint();
    blueprint.workloads().values().forEach(w -> choices.addAll(w.addresses()));
    if (!names.isEmpty()) {
      dice.some(choices, 3, 6).forEach(a -> nameByAddress.put(a, dice.of(names)));
    }
  }

  /** The flow, bearing the name that its destination was answered for. */
  Flow named(Flow flow) {
    return flow.as(java.util.Optional.ofNullable(nameByAddress.get(flow.destination())));
  }

  List<Address> addresses(String name) {
    return nameByAddress.entrySet().stream()
        .filter(e -> e.getValue().equals(name))
        .map(Map.Entry::getKey)
        .toList();
  }

  List<Address> addresses() {
    return List.copyOf(nameByAddress.keySet());
  }

  /** The commands that fill a ruleset's sets as the agent would; empty when it asks no names. */
  String commands(Ruleset ruleset) {
    StringBuilder out = new StringBuilder();
    nameByAddress.forEach(
        (address, name) -> {
          Family family = address.family();
          String set = NftablesRenderer.fqdnSet(name, family);
          if (ruleset.sets().stream().anyMatch(s -> s.name().equals(set))) {
            out.append("add element inet ").append(ruleset.table()).append(' ').append(set);
            out.append(" { ").append(address).append(" timeout 1h }\n");
          }
        });
    return out.toString();
  }
}
