package io.ringfence.model.testing;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Encryption;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Guardrail;
import io.ringfence.model.NamePattern;
import io.ringfence.model.SourceLocation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes random edits of a blueprint's rules: one is added, removed, or gets another end, protection
 * or bound. What it gets is another rule's of the same kind, so that the blueprint stays a valid
 * one. The same seed makes the same edits.
 */
public final class EditGenerator {
  private final Dice dice;
  private int made;

  public EditGenerator(long seed) {
    this.dice = new Dice(seed);
  }

  /** What an edit does. */
  public enum Kind {
    ADD,
    REMOVE,
    RELABEL,
    PROTECT,
    BOUND
  }

  /** The blueprint after any one edit; itself, when it has no rules. */
  public Blueprint next(Blueprint blueprint) {
    return next(blueprint, dice.of(List.of(Kind.values())));
  }

  /** The blueprint after one edit of that kind; itself, when it has no rule for it. */
  public Blueprint next(Blueprint blueprint, Kind kind) {
    List<AccessRule> all = new ArrayList<>(blueprint.access());
    all.addAll(blueprint.egress());
    if (kind == Kind.REMOVE) {
      Set<String> excepted = excepted(blueprint);
      all.removeIf(r -> excepted.contains(r.name()));
    }
    return all.isEmpty() ? blueprint : next(blueprint, kind, dice.of(all), all);
  }

  private Blueprint next(Blueprint blueprint, Kind kind, AccessRule rule, List<AccessRule> all) {
    List<AccessRule> kin = all.stream().filter(r -> isKin(r, rule)).toList();
    AccessRule other = dice.of(kin);
    return switch (kind) {
      case ADD -> added(blueprint, relabelled(rule, other, rule.name() + "-" + ++made));
      case REMOVE -> replaced(blueprint, rule, Optional.empty());
      case RELABEL -> replaced(blueprint, rule, Optional.of(relabelled(rule, other, rule.name())));
      case PROTECT -> replaced(blueprint, rule, Optional.of(encrypted(rule)));
      case BOUND -> replaced(blueprint, rule, Optional.of(bounded(rule, other)));
    };
  }

  /** Of one section, and through the same gateway or none. */
  private static boolean isKin(AccessRule a, AccessRule b) {
    return a.origin() == b.origin() && a.through().equals(b.through());
  }

  private static Set<String> excepted(Blueprint blueprint) {
    Set<String> out = new HashSet<>();
    for (Guardrail guardrail : blueprint.guardrails()) {
      if (guardrail instanceof Guardrail.Forbids forbids) {
        out.addAll(forbids.except());
      }
    }
    return out;
  }

  private Blueprint added(Blueprint blueprint, AccessRule rule) {
    List<AccessRule> access = new ArrayList<>(blueprint.access());
    List<AccessRule> egress = new ArrayList<>(blueprint.egress());
    List<AccessRule> section = rule.origin() == AccessRule.Origin.EGRESS ? egress : access;
    section.add(dice.between(0, section.size()), rule);
    return blueprint.withRules(access, egress);
  }

  private static Blueprint replaced(Blueprint blueprint, AccessRule rule, Optional<AccessRule> by) {
    return blueprint.withRules(
        replaced(blueprint.access(), rule, by), replaced(blueprint.egress(), rule, by));
  }

  private static List<AccessRule> replaced(
      List<AccessRule> rules, AccessRule rule, Optional<AccessRule> by) {
    List<AccessRule> out = new ArrayList<>(rules);
    int at = rules.indexOf(rule);
    if (at >= 0 && by.isPresent()) {
      out.set(at, by.get());
    } else if (at >= 0) {
      out.remove(at);
    }
    return out;
  }

  /** With one or both of another rule's ends, or with more ends than before. */
  private AccessRule relabelled(AccessRule rule, AccessRule other, String name) {
    boolean more = dice.oneIn(5);
    List<Endpoint> from = new ArrayList<>(more ? rule.from() : List.of());
    from.addAll(dice.oneIn(2) ? other.from() : rule.from());
    List<Endpoint> to = new ArrayList<>(more ? rule.to() : List.of());
    to.addAll(dice.oneIn(2) ? other.to() : rule.to());
    return copy(rule, name, from, to, rule.collections(), rule.allTenants(), rule.encryption());
  }

  private AccessRule encrypted(AccessRule rule) {
    Optional<Encryption> encryption =
        dice.oneIn(3) ? Optional.empty() : Optional.of(dice.of(List.of(Encryption.values())));
    return copy(
        rule,
        rule.name(),
        rule.from(),
        rule.to(),
        rule.collections(),
        rule.allTenants(),
        encryption);
  }

  private AccessRule bounded(AccessRule rule, AccessRule other) {
    boolean allTenants = rule.through().isPresent() && dice.oneIn(5);
    return copy(
        rule,
        rule.name(),
        rule.from(),
        rule.to(),
        other.collections(),
        allTenants,
        rule.encryption());
  }

  private AccessRule copy(
      AccessRule rule,
      String name,
      List<Endpoint> from,
      List<Endpoint> to,
      List<NamePattern> collections,
      boolean allTenants,
      Optional<Encryption> encryption) {
    return new AccessRule(
        name,
        rule.origin(),
        from,
        to,
        rule.through(),
        rule.role(),
        collections,
        allTenants,
        rule.session(),
        rule.when(),
        encryption,
        new SourceLocation("edited.yaml", ++made, 1));
  }
}
