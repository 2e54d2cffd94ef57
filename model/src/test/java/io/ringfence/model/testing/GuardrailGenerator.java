package io.ringfence.model.testing;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Guardrail;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Place;
import java.util.List;
import java.util.Optional;

/** Makes guardrails of every kind, which the rules may violate. */
final class GuardrailGenerator {
  private static final int GUARDRAILS_MAX = 4;

  private final Draft draft;
  private final Dice dice;
  private final PlaceGenerator places;

  GuardrailGenerator(Draft draft, PlaceGenerator places) {
    this.draft = draft;
    this.dice = draft.dice;
    this.places = places;
  }

  void generate() {
    for (int i = dice.between(0, GUARDRAILS_MAX); i > 0; i--) {
      draft.guardrails.add(guardrail("guardrail" + draft.guardrails.size()));
    }
  }

  private Guardrail guardrail(String name) {
    List<Endpoint> from = dice.list(1, 2, () -> places.anyPorts(places.guarded().place()));
    List<Endpoint> to = dice.list(1, 2, places::guarded);
    return switch (dice.between(0, 6)) {
      case 0, 1 -> new Guardrail.Never(name, from, to, except(), draft.here());
      case 2, 3 -> new Guardrail.Only(name, from, to, except(), draft.here());
      case 4 ->
          new Guardrail.Unreachable(
              name, List.of(places.anyPorts(places.workload())), except(), draft.here());
      case 5 -> new Guardrail.Isolated(name, draft.here());
      default -> contained(name);
    };
  }

  private Guardrail contained(String name) {
    Optional<List<NamePattern>> collections =
        dice.oneIn(2) ? Optional.empty() : Optional.of(List.of(new NamePattern("acme-*")));
    return new Guardrail.Contained(
        name,
        List.of(places.anyPorts(places.inside())),
        dice.list(
            0, 3, () -> places.anyPorts(dice.oneIn(5) ? new Place.Internet() : places.inside())),
        collections,
        draft.here());
  }

  private List<String> except() {
    List<String> rules = draft.access.stream().map(AccessRule::name).toList();
    return dice.oneIn(3) ? dice.some(rules, 1, 1) : List.of();
  }
}
