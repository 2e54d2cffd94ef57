package io.ringfence.model.testing;

import io.ringfence.model.Action;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Management;
import io.ringfence.model.Role;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Small blueprints that use every feature of the language, valid but seldom wise: rules may be
 * useless, guardrails violated and tests failing. The same seed makes the same blueprints.
 */
public final class BlueprintGenerator {
  private final long seed;
  private final Dice dice;
  private final Set<Feature> features = EnumSet.allOf(Feature.class);
  private int made;

  public BlueprintGenerator(long seed) {
    this.seed = seed;
    this.dice = new Dice(seed);
  }

  /** This generator, without some features. */
  public BlueprintGenerator without(Feature first, Feature... more) {
    features.removeAll(EnumSet.of(first, more));
    return this;
  }

  /** The next blueprint; its name says the seed and how many came before. */
  public Blueprint next() {
    String name = "generated-" + seed + "-" + made++;
    Draft draft = new Draft(name, dice, features);
    new EstateGenerator(draft).generate();
    if (draft.has(Feature.GATEWAYS)) {
      new GatewayGenerator(draft).generate();
    }
    roles().forEach(r -> draft.roles.put(r.name(), r));
    PlaceGenerator places = new PlaceGenerator(draft);
    new RuleGenerator(draft, places).generate();
    addManagement(draft, places);
    if (draft.has(Feature.GUARDRAILS)) {
      new GuardrailGenerator(draft, places).generate();
    }
    if (draft.has(Feature.TESTS)) {
      new TestGenerator(draft).generate();
    }
    new TopologyGenerator(draft).generate();
    return draft.blueprint();
  }

  private List<Role> roles() {
    List<Role> out = new ArrayList<>();
    for (String name : List.of("reader", "writer", "operator")) {
      Set<Action> actions = new LinkedHashSet<>(dice.some(List.of(Action.values()), 1, 4));
      out.add(new Role(name, actions, io.ringfence.model.SourceLocation.BUILT_IN));
    }
    return out;
  }

  private void addManagement(Draft draft, PlaceGenerator places) {
    if (draft.has(Feature.MANAGEMENT) && dice.oneIn(3)) {
      draft.management =
          Optional.of(
              new Management(
                  List.of(places.anyPorts(places.workload())),
                  io.ringfence.model.PortSet.parse("22/tcp"),
                  draft.here()));
    }
  }
}
