package io.ringfence.targets.nftables;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Router;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.projection.Permit;
import java.util.List;
import java.util.stream.Stream;

/** What the blueprint permits at a machine: across it, to it, and from it. */
record Permitted(List<Permit> across, List<Permit> into, List<Permit> outOf) {
  Permitted {
    across = List.copyOf(across);
    into = List.copyOf(into);
    outOf = List.copyOf(outOf);
  }

  static Permitted at(NetworkProjection projection, Placement placement) {
    return switch (placement) {
      case Placement.AtHost at ->
          new Permitted(List.of(), projection.into(at.host()), projection.outOf(at.host()));
      case Placement.AtRouter at -> at(projection, at.router());
    };
  }

  private static Permitted at(NetworkProjection projection, Router router) {
    AddressSet own = AddressSet.ofAddresses(router.addresses());
    return new Permitted(
        projection.across(router),
        byAnyone(between(projection.permits(), own.complement(), own)),
        byAnyone(between(projection.permits(), own, own.complement())));
  }

  /** Which of a host's processes sends to a router, the router cannot see. */
  private static List<Permit> byAnyone(List<Permit> permits) {
    return permits.stream().map(Permit::byAnyone).distinct().toList();
  }

  /** The part between these ends. */
  Permitted between(AddressSet from, AddressSet to) {
    return new Permitted(
        between(across, from, to), between(into, from, to), between(outOf, from, to));
  }

  private static List<Permit> between(List<Permit> permits, AddressSet from, AddressSet to) {
    return permits.stream().flatMap(p -> p.between(from, to).stream()).toList();
  }

  Stream<Permit> all() {
    return Stream.of(across, into, outOf).flatMap(List::stream);
  }
}
