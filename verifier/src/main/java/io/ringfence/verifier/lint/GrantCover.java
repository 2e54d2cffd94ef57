package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Action;
import io.ringfence.model.AddressSet;
import io.ringfence.model.PortSet;
import io.ringfence.model.Principal;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.operations.Grant;
import io.ringfence.verifier.operations.NameSet;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Whether rules through a gateway grant together all that another does, to the same principals,
 * under no further condition: each action on each set of collections, from everywhere. Of each of
 * them the way on from the gateway must hold all of the other's. Several may cover one together:
 * some packets each, or some collections each.
 */
final class GrantCover {
  /** Packets that others' rules tell apart more than so many times are not looked at. */
  private static final int PARTS_MAX = 64;

  /** Whose grants compare. */
  private record Holder(Principal principal, Optional<String> tenant) {
    static Holder of(Grant grant) {
      return new Holder(grant.principal(), grant.tenant());
    }
  }

  private final Subject subject;
  private final List<AccessRule> rules;
  private final Map<Holder, Set<AccessRule>> byHolder = new HashMap<>();
  private final Map<String, FlowSet> inward = new HashMap<>();
  private final Map<String, FlowSet> onward = new HashMap<>();

  /** Of the rules through one gateway. */
  GrantCover(Subject subject, List<AccessRule> rules) {
    this.subject = subject;
    this.rules = rules;
    for (AccessRule rule : rules) {
      for (Grant grant : subject.grants().under(rule)) {
        byHolder.computeIfAbsent(Holder.of(grant), k -> new LinkedHashSet<>()).add(rule);
      }
    }
  }

  /** As few of these rules as cover the one; none when all of them do not. */
  List<AccessRule> covering(Predicate<AccessRule> others, AccessRule rule) {
    List<AccessRule> out = new ArrayList<>();
    for (AccessRule other : rivals(others, rule)) {
      if (!other.equals(rule) && comparable(other, rule)) {
        if (covered(rule, List.of(other))) {
          return List.of(other);
        }
        out.add(other);
      }
    }
    if (!covered(rule, out)) {
      return List.of();
    }
    for (int i = out.size() - 1; i >= 0; i--) {
      AccessRule spared = out.remove(i);
      if (!covered(rule, out)) {
        out.add(i, spared);
      }
    }
    return out;
  }

  /** Those that grant something to whom the rule does; any, when it grants nothing. */
  private List<AccessRule> rivals(Predicate<AccessRule> others, AccessRule rule) {
    List<Grant> grants = subject.grants().under(rule);
    Set<AccessRule> out = new LinkedHashSet<>();
    grants.forEach(g -> out.addAll(byHolder.get(Holder.of(g))));
    return (grants.isEmpty() ? rules : out).stream().filter(others).toList();
  }

  /** The rules that the rule may cover, or may be covered by. */
  List<AccessRule> touching(AccessRule rule) {
    List<AccessRule> out = new ArrayList<>(rivals(r -> true, rule));
    rules.stream().filter(r -> subject.grants().under(r).isEmpty()).forEach(out::add);
    return out;
  }

  private boolean comparable(AccessRule wide, AccessRule narrow) {
    return wide.through().equals(narrow.through())
        && unconditional(wide, narrow)
        && wide.encryption().equals(narrow.encryption())
        && onward(wide).containsAll(onward(narrow));
  }

  private static boolean unconditional(AccessRule wide, AccessRule narrow) {
    Optional<String> wideWhen = wide.when().map(c -> c.cel());
    boolean when = wideWhen.isEmpty() || wideWhen.equals(narrow.when().map(c -> c.cel()));
    return when && (wide.session().isEmpty() || wide.session().equals(narrow.session()));
  }

  private FlowSet inward(AccessRule rule) {
    return inward.computeIfAbsent(rule.name(), name -> flows(rule, Permit.Leg.TO_GATEWAY));
  }

  private FlowSet onward(AccessRule rule) {
    return onward.computeIfAbsent(rule.name(), name -> flows(rule, Permit.Leg.FROM_GATEWAY));
  }

  private FlowSet flows(AccessRule rule, Permit.Leg leg) {
    return subject.space().of(subject.permits(rule).stream().filter(p -> p.leg() == leg).toList());
  }

  private boolean covered(AccessRule rule, List<AccessRule> by) {
    if (by.isEmpty()) {
      return false;
    }
    FlowSet packets = subject.space().union(by.stream().map(this::inward).toList());
    return packets.containsAll(inward(rule))
        && subject.grants().under(rule).stream().allMatch(g -> covered(rule, g, by));
  }

  private boolean covered(AccessRule rule, Grant grant, List<AccessRule> by) {
    FlowSet own = from(grant.sources(), rule);
    for (Action action : grant.actions()) {
      List<Part> parts = parts(own, grant, action, by);
      if (parts.size() > PARTS_MAX || !parts.stream().allMatch(p -> covers(p, grant, action))) {
        return false;
      }
    }
    return true;
  }

  private static boolean covers(Part part, Grant grant, Action action) {
    return !part.granting().isEmpty()
        && (!action.onCollection()
            || grant.collections().stream().allMatch(n -> n.within(part.collections())));
  }

  /**
   * Packets to the gateway with which the same principal may do the same under other rules.
   *
   * @param granting by which grants; the same for all of these packets
   */
  private record Part(FlowSet packets, List<Grant> granting) {
    List<NameSet> collections() {
      return granting.stream().flatMap(g -> g.collections().stream()).toList();
    }
  }

  private List<Part> parts(FlowSet own, Grant grant, Action action, List<AccessRule> by) {
    List<Part> out = List.of(new Part(own, List.of()));
    for (AccessRule other : by) {
      for (Grant wide : subject.grants().under(other)) {
        if (Holder.of(wide).equals(Holder.of(grant))
            && wide.actions().contains(action)
            && out.size() <= PARTS_MAX) {
          out = parted(out, from(wide.sources(), other), wide);
        }
      }
    }
    return out;
  }

  private static List<Part> parted(List<Part> parts, FlowSet where, Grant grant) {
    List<Part> out = new ArrayList<>();
    for (Part part : parts) {
      List<Grant> more = new ArrayList<>(part.granting());
      more.add(grant);
      out.add(new Part(part.packets().intersect(where), more));
      out.add(new Part(part.packets().minus(where), part.granting()));
    }
    out.removeIf(p -> p.packets().isEmpty());
    return out;
  }

  private FlowSet from(AddressSet sources, AccessRule rule) {
    return inward(rule).intersect(subject.space().box(sources, AddressSet.ALL, PortSet.ALL));
  }
}
