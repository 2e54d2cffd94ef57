package io.ringfence.gateway.policy;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Action;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Role;
import io.ringfence.model.SessionTerms;
import io.ringfence.model.Workload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which of a gateway's rules are observed instead of enforced, and until when.
 *
 * <p>INVARIANT (only the rule's verdict): what an observed rule lets pass keeps to its ends, and to
 * what the caller's tenant may see; it never concerns the whole server beyond the rule's own role.
 */
public final class Observations {
  /** What the names of observed rules begin with; no name of a blueprint does. */
  public static final String MARK = "observed:";

  private static final NamePattern ANY = new NamePattern("*");

  private final Directory directory;
  private final List<Observation> all;

  /**
   * A rule that is observed.
   *
   * @param until from then on it is enforced
   */
  public record Observation(AccessRule rule, Instant until) {
    /** The decider of what passes though the rule denies it. */
    String mark() {
      return MARK + rule.name();
    }

    public boolean inForce(Instant now) {
      return now.isBefore(until);
    }
  }

  private Observations(Directory directory, List<Observation> all) {
    this.directory = directory;
    this.all = List.copyOf(all);
  }

  /** Those of the blueprint that are in force at a time, of the rules through one gateway. */
  public static Observations of(Directory directory, String gateway, Instant now) {
    List<Observation> out = new ArrayList<>();
    for (AccessRule rule : directory.rules()) {
      if (rule.through().equals(Optional.of(gateway)) && !demandsApproval(rule)) {
        until(directory, rule)
            .map(until -> new Observation(rule, until))
            .filter(o -> o.inForce(now))
            .ifPresent(out::add);
      }
    }
    // The earliest rule decides, so that one which has expired decides only where no other would.
    out.sort(Comparator.comparing(Observation::until).reversed());
    return new Observations(directory, out);
  }

  private static boolean demandsApproval(AccessRule rule) {
    return rule.session().filter(SessionTerms::approvalRequired).isPresent();
  }

  private static Optional<Instant> until(Directory directory, AccessRule rule) {
    Optional<Instant> ofSegments = ofSegments(directory, rule);
    return rule.observedUntil().isEmpty()
        ? ofSegments
        : rule.observedUntil()
            .filter(own -> ofSegments.filter(own::isBefore).isEmpty())
            .or(() -> ofSegments);
  }

  /** Until the first of the segments it goes to enforces; empty when one of them does. */
  private static Optional<Instant> ofSegments(Directory directory, AccessRule rule) {
    List<Optional<Instant>> segments =
        rule.to().stream()
            .flatMap(to -> directory.workloads(to.place()).stream())
            .map(Workload::segment)
            .distinct()
            .map(s -> directory.blueprint().segments().get(s).observedUntil())
            .toList();
    return segments.stream().anyMatch(Optional::isEmpty)
        ? Optional.empty()
        : segments.stream().flatMap(Optional::stream).min(Comparator.naturalOrder());
  }

  public boolean none() {
    return all.isEmpty();
  }

  public List<Observation> inForce(Instant now) {
    return all.stream().filter(o -> o.inForce(now)).toList();
  }

  /** The observation that a verdict on the {@link #relaxed} blueprint names as its decider. */
  public Optional<Observation> decider(String rule) {
    return rule.startsWith(MARK)
        ? all.stream().filter(o -> o.mark().equals(rule)).findFirst()
        : Optional.empty();
  }

  /** The blueprint as it would be if observed rules limited neither collections nor conditions. */
  public Directory relaxed() {
    Blueprint enforced = directory.blueprint();
    Map<String, Role> roles = new LinkedHashMap<>(enforced.roles());
    List<AccessRule> access = new ArrayList<>();
    for (Observation each : all) {
      Role own = enforced.roles().get(each.rule().role().orElseThrow());
      Role wide = new Role(MARK + own.name(), actions(own), own.at());
      roles.put(wide.name(), wide);
      access.add(relaxed(each, wide));
    }
    access.addAll(enforced.access());
    return new Directory(enforced.withRoles(roles).withRules(access, enforced.egress()));
  }

  private static Set<Action> actions(Role own) {
    Set<Action> out = EnumSet.copyOf(own.actions());
    for (Action action : Action.values()) {
      if (action.onCollection()) {
        out.add(action);
      }
    }
    return out;
  }

  private static AccessRule relaxed(Observation each, Role role) {
    AccessRule rule = each.rule();
    return new AccessRule(
        each.mark(),
        rule.origin(),
        rule.from(),
        rule.to(),
        rule.through(),
        Optional.of(role.name()),
        List.of(ANY),
        rule.allTenants(),
        rule.session(),
        Optional.empty(),
        rule.encryption(),
        rule.at());
  }
}
