package io.ringfence.conformance.decision;

import io.ringfence.model.Action;
import io.ringfence.model.Principal;
import io.ringfence.model.Protocol;
import io.ringfence.model.Request;
import io.ringfence.model.testing.Dice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Requests on a {@link GrantEstate}: by turns one that is permitted and one that is not. */
final class GrantRequests {
  private final GrantEstate estate;
  private final Dice dice;
  private long made;

  GrantRequests(GrantEstate estate, long seed) {
    this.estate = estate;
    this.dice = new Dice(seed);
  }

  /** The next requests; no two of one estate's are the same. */
  List<Request> next(int count) {
    List<Request> out = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      out.add(made++ % 2 == 0 ? meant() : spoilt());
    }
    return out;
  }

  private Request meant() {
    GrantEstate.Terms terms = estate.terms(dice.between(0, estate.grants() - 1));
    return request(terms, terms, terms.role(), true, dice.between(0, 49));
  }

  /** Wrong in one thing, of those that can be wrong. */
  private Request spoilt() {
    int number = dice.between(0, estate.grants() - 1);
    GrantEstate.Terms terms = estate.terms(number);
    GrantEstate.Terms other = estate.terms((number + dice.between(10, 1000)) % estate.grants());
    boolean elsewhere = !other.identity().equals(terms.identity());
    if (terms.conditional() && dice.oneIn(2)) {
      boolean healthy = dice.oneIn(2);
      return request(terms, terms, terms.role(), healthy, healthy ? dice.between(50, 99) : 1);
    }
    return switch (dice.between(0, 2)) {
      case 0 ->
          request(terms, terms, terms.role().equals("indexer") ? "reader" : "indexer", true, 0);
      case 1 -> elsewhere ? request(other, terms, terms.role(), true, 0) : unnamed(terms);
      default -> unnamed(terms);
    };
  }

  /** A name that no grant's pattern takes in. */
  private Request unnamed(GrantEstate.Terms terms) {
    GrantEstate.Terms none =
        new GrantEstate.Terms(
            terms.identity(), terms.source(), terms.role(), "x" + terms.prefix(), false);
    return request(terms, none, terms.role(), true, 0);
  }

  private Request request(
      GrantEstate.Terms who, GrantEstate.Terms what, String role, boolean healthy, int risk) {
    List<Action> actions = GrantEstate.ROLES.get(role).stream().sorted().toList();
    // New texts each time, as a parser makes them: no hash of theirs is known yet.
    String identity = new String(who.identity().toCharArray());
    return new Request(
        who.source(),
        GrantEstate.GATEWAY,
        GrantEstate.SERVER,
        Protocol.TCP,
        GrantEstate.PORT,
        Principal.of(identity),
        dice.of(actions),
        Optional.of(what.prefix() + "docs-" + made),
        Map.of("device.healthy", healthy, "device.risk", (long) risk));
  }
}
