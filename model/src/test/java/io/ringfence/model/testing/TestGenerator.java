package io.ringfence.model.testing;

import io.ringfence.model.Action;
import io.ringfence.model.BlueprintTest;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Gateway;
import io.ringfence.model.Place;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Principal;
import io.ringfence.model.Protocol;
import io.ringfence.model.Service;
import io.ringfence.model.Workload;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes expectations, which the blueprint may not meet. */
final class TestGenerator {
  private static final int TESTS_MAX = 4;

  private final Draft draft;
  private final Dice dice;

  TestGenerator(Draft draft) {
    this.draft = draft;
    this.dice = draft.dice;
  }

  void generate() {
    for (int i = dice.between(0, TESTS_MAX); i > 0; i--) {
      boolean via = !draft.gateways.isEmpty() && dice.oneIn(2);
      draft.tests.add(via ? via() : flow());
    }
  }

  private BlueprintTest flow() {
    PortSet port = PortSet.of(dice.of(Protocol.TCP, Protocol.UDP), dice.of(443, 8080, 6333, 53));
    return new BlueprintTest(
        dice.oneIn(3),
        end(workload().name()),
        end(workload().name()),
        port,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        draft.here());
  }

  private BlueprintTest via() {
    Gateway gateway = dice.of(List.copyOf(draft.gateways.values()));
    Workload client = workload();
    Workload server = draft.workloads.get(dice.of(gateway.inFrontOf()));
    Service service = dice.of(List.copyOf(server.services().values()));
    PortRange range = service.ports().ranges().getFirst();
    return new BlueprintTest(
        dice.oneIn(3),
        end(client.name()),
        end(server.name()),
        PortSet.of(range.protocol(), range.first()),
        Optional.of(gateway.name()),
        client.identity().map(Principal::of),
        dice.oneIn(4) ? Optional.empty() : Optional.of(dice.of(Action.values())),
        Optional.of(dice.of("acme-docs", "globex-docs", "shared")),
        dice.oneIn(2) ? Map.of("device.healthy", true) : Map.of(),
        draft.here());
  }

  private Workload workload() {
    return dice.of(List.copyOf(draft.workloads.values()));
  }

  private Endpoint end(String workload) {
    return new Endpoint(new Place.OfWorkload(workload), new Endpoint.Ports.Any(), draft.here());
  }
}
