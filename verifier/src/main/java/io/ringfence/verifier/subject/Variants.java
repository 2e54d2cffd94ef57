package io.ringfence.verifier.subject;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Blueprint;
import io.ringfence.model.BlueprintTest;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Management;
import java.util.List;
import java.util.Optional;

/** A blueprint with some part of it left out, to ask what that part decides. */
public final class Variants {
  private Variants() {}

  /** Only the guardrails of these names. */
  public static Blueprint guardedBy(Blueprint blueprint, List<String> names) {
    List<Guardrail> kept =
        blueprint.guardrails().stream().filter(g -> names.contains(g.name())).toList();
    return with(blueprint, blueprint.access(), blueprint.egress(), blueprint.management(), kept);
  }

  /** No guardrails, and no conditions. */
  public static Blueprint permissive(Blueprint blueprint) {
    List<AccessRule> access = blueprint.access().stream().map(Variants::unconditional).toList();
    return with(blueprint, access, blueprint.egress(), blueprint.management(), List.of());
  }

  /**
   * A rule without conditions: one may hold, and a session may be approved, so a guardrail counts a
   * conditional permit as a permit.
   */
  static AccessRule unconditional(AccessRule rule) {
    return new AccessRule(
        rule.name(),
        rule.origin(),
        rule.from(),
        rule.to(),
        rule.through(),
        rule.role(),
        rule.collections(),
        rule.allTenants(),
        Optional.empty(),
        Optional.empty(),
        rule.encryption(),
        rule.at());
  }

  /** Only the rules of these names among access and egress, and no section that stands for one. */
  public static Blueprint only(Blueprint blueprint, List<String> rules) {
    return with(
        blueprint,
        blueprint.access().stream().filter(r -> rules.contains(r.name())).toList(),
        blueprint.egress().stream().filter(r -> rules.contains(r.name())).toList(),
        blueprint.management().filter(m -> rules.contains(Blueprint.MANAGEMENT_RULE)),
        blueprint.guardrails());
  }

  /** Without one rule; a rule that a section stands for goes with the section. */
  public static Blueprint without(Blueprint blueprint, String rule) {
    return with(
        blueprint,
        blueprint.access().stream().filter(r -> !r.name().equals(rule)).toList(),
        blueprint.egress().stream().filter(r -> !r.name().equals(rule)).toList(),
        blueprint.management().filter(m -> !rule.equals(Blueprint.MANAGEMENT_RULE)),
        blueprint.guardrails());
  }

  private static Blueprint with(
      Blueprint blueprint,
      List<AccessRule> access,
      List<AccessRule> egress,
      Optional<Management> management,
      List<Guardrail> guardrails) {
    return new Blueprint(
        blueprint.name(),
        blueprint.segments(),
        blueprint.workloads(),
        blueprint.resolvers(),
        management,
        blueprint.tenants(),
        blueprint.roles(),
        blueprint.gateways(),
        access,
        egress,
        guardrails,
        List.<BlueprintTest>of(),
        blueprint.hosts(),
        blueprint.routers(),
        blueprint.links());
  }
}
