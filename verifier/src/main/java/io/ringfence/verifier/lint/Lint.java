package io.ringfence.verifier.lint;

import io.ringfence.verifier.subject.Analysis;
import java.util.List;

/** All lint checks. */
public final class Lint {
  private Lint() {}

  public static List<Analysis> checks() {
    return List.of(
        new WorldOpenDatabases(),
        new GatewayBypass(),
        new EnginePorts(),
        new PlaintextInMicro(),
        new EmptyEnds(),
        new FamilyMismatch(),
        new UnresolvableNames(),
        new CoveredRules(),
        new WideRanges(),
        new UnboundedRoles(),
        new ConstantConditions(),
        new IdleGuardrails(),
        new ManagementAccess(),
        new AllTenants());
  }
}
