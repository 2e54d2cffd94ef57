package io.ringfence.verifier.projection;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The permits that are new after some rules changed, and those that are no more. Permits that were
 * made once and kept are neither.
 */
public record PermitChange(List<Permit> gone, List<Permit> come) {
  public PermitChange {
    gone = List.copyOf(gone);
    come = List.copyOf(come);
  }

  /** Between what rules of these names permitted and what they permit. */
  public static PermitChange of(
      Set<String> rules,
      Function<String, List<Permit>> before,
      Function<String, List<Permit>> after) {
    List<Permit> gone = new ArrayList<>();
    List<Permit> come = new ArrayList<>();
    for (String rule : rules) {
      addMissing(before.apply(rule), after.apply(rule), gone);
      addMissing(after.apply(rule), before.apply(rule), come);
    }
    return new PermitChange(gone, come);
  }

  /** Between what one rule permitted and what it permits. */
  public static PermitChange between(List<Permit> before, List<Permit> after) {
    return of(Set.of(""), rule -> before, rule -> after);
  }

  private static void addMissing(List<Permit> from, List<Permit> in, List<Permit> out) {
    Set<Permit> kept = identities(in);
    from.stream().filter(p -> !kept.contains(p)).forEach(out::add);
  }

  static Set<Permit> identities(Collection<Permit> permits) {
    Set<Permit> out = Collections.newSetFromMap(new IdentityHashMap<>());
    out.addAll(permits);
    return out;
  }

  /** Where each permit of a rule stands in it. */
  static Map<Permit, Integer> places(List<Permit> permits) {
    Map<Permit, Integer> out = new IdentityHashMap<>();
    permits.forEach(p -> out.put(p, out.size()));
    return out;
  }
}
