package io.ringfence.model.testing;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Condition;
import io.ringfence.model.Encryption;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Gateway;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Place;
import io.ringfence.model.SessionTerms;
import io.ringfence.model.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Makes access and egress rules. */
final class RuleGenerator {
  private static final int ACCESS_MAX = 7;
  private static final int EGRESS_MAX = 2;
  private static final List<String> CONDITIONS =
      List.of(
          "device.healthy",
          "request.time.getHours() < 6",
          "device.healthy && 1 > 2",
          "request.action == 'query' || principal.tenant == 'acme'");
  private static final List<String> COLLECTIONS =
      List.of("acme-*", "acme-docs", "globex-*", "shared", "*", "common");

  private final Draft draft;
  private final Dice dice;
  private final PlaceGenerator places;

  RuleGenerator(Draft draft, PlaceGenerator places) {
    this.draft = draft;
    this.dice = draft.dice;
    this.places = places;
  }

  void generate() {
    for (int i = dice.between(1, ACCESS_MAX); i > 0; i--) {
      String name = "access" + draft.access.size();
      boolean again = !draft.access.isEmpty() && dice.oneIn(6);
      boolean through = !draft.gateways.isEmpty() && dice.oneIn(2);
      draft.access.add(again ? part(name) : through ? through(name) : direct(name));
    }
    if (draft.has(Feature.EGRESS)) {
      for (int i = dice.between(0, EGRESS_MAX); i > 0; i--) {
        draft.egress.add(egress("egress" + draft.egress.size()));
      }
    }
  }

  /** An earlier rule once more, or a part of it. */
  private AccessRule part(String name) {
    AccessRule whole = dice.of(draft.access);
    return new AccessRule(
        name,
        whole.origin(),
        dice.some(whole.from(), 1, 2),
        dice.some(whole.to(), 1, 2),
        whole.through(),
        whole.role(),
        dice.some(whole.collections(), 1, 2),
        whole.allTenants(),
        whole.session(),
        whole.when(),
        whole.encryption(),
        draft.here());
  }

  private AccessRule direct(String name) {
    List<Endpoint> from = dice.list(1, 2, () -> places.anyPorts(places.source()));
    List<Endpoint> to = dice.list(1, 2, this::destination);
    return rule(name, AccessRule.Origin.ACCESS, from, to);
  }

  private Endpoint destination() {
    if (dice.oneIn(6)) {
      return places.ports(places.prefix());
    }
    Place place = places.inside();
    List<String> services =
        draft.workloads.values().stream()
            .filter(w -> place instanceof Place.OfWorkload p ? p.workload().equals(w.name()) : true)
            .flatMap(w -> w.services().keySet().stream())
            .distinct()
            .toList();
    return dice.oneIn(3) ? places.ports(place) : places.service(place, services);
  }

  private AccessRule egress(String name) {
    List<Endpoint> from = dice.list(1, 2, () -> places.anyPorts(places.inside()));
    boolean fqdn = draft.has(Feature.FQDN) && dice.oneIn(2);
    Place to =
        fqdn
            ? new Place.OfFqdn(dice.of("s3.example.com", "api.example.net"))
            : dice.oneIn(3) ? new Place.Internet() : places.outside();
    return rule(name, AccessRule.Origin.EGRESS, from, List.of(places.ports(to)));
  }

  private AccessRule rule(
      String name, AccessRule.Origin origin, List<Endpoint> from, List<Endpoint> to) {
    return AccessRule.direct(name, origin, from, to, encryption(), draft.here());
  }

  private Optional<Encryption> encryption() {
    return dice.oneIn(2) ? Optional.empty() : Optional.of(dice.of(Encryption.values()));
  }

  private AccessRule through(String name) {
    Gateway gateway = dice.of(List.copyOf(draft.gateways.values()));
    Workload behind = draft.workloads.get(dice.of(gateway.inFrontOf()));
    List<String> services = List.copyOf(behind.services().keySet());
    Endpoint to = places.service(new Place.OfWorkload(behind.name()), services);
    boolean conditions = draft.has(Feature.CONDITIONS);
    return new AccessRule(
        name,
        AccessRule.Origin.ACCESS,
        List.of(places.anyPorts(client())),
        List.of(to),
        Optional.of(gateway.name()),
        Optional.of(dice.of(List.copyOf(draft.roles.keySet()))),
        dice.oneIn(2) ? dice.list(1, 2, this::collection) : List.of(),
        dice.oneIn(3),
        conditions && dice.oneIn(4) ? Optional.of(session()) : Optional.empty(),
        conditions && dice.oneIn(4) ? Optional.of(condition()) : Optional.empty(),
        encryption(),
        draft.here());
  }

  /** Somewhere from where everybody can say who it is: all have identities, or tokens do. */
  private Place client() {
    if (!draft.tenants.isEmpty() && dice.oneIn(3)) {
      String tenant = dice.of(List.copyOf(draft.tenants.keySet()));
      return new Place.OfTenant(tenant, dice.oneIn(3) ? places.source() : places.inside());
    }
    List<Workload> identified =
        draft.workloads.values().stream().filter(w -> w.identity().isPresent()).toList();
    Place place = places.inside();
    boolean all = identified.containsAll(places.workloads(place));
    return all || identified.isEmpty() ? place : new Place.OfWorkload(dice.of(identified).name());
  }

  private NamePattern collection() {
    return new NamePattern(dice.of(COLLECTIONS));
  }

  private SessionTerms session() {
    return new SessionTerms(Optional.of(Duration.ofMinutes(30)), dice.oneIn(2));
  }

  private Condition condition() {
    return new Condition(dice.of(CONDITIONS), draft.here());
  }
}
