package io.ringfence.verifier.subject;

import static io.ringfence.verifier.subject.Severity.ERROR;
import static io.ringfence.verifier.subject.Severity.INFO;
import static io.ringfence.verifier.subject.Severity.WARNING;

import io.ringfence.model.Words;

/** Everything that is checked, in the order that findings are shown. */
public enum Check implements Words {
  GUARDRAIL_VIOLATED(
      ERROR,
      "A rule permits flows that a guardrail forbids. Narrow the rule, or name it in the"
          + " guardrail's `except`."),
  TENANTS_NOT_ISOLATED(
      ERROR,
      "A member of one tenant reaches another tenant's workloads, endpoint, collections or rows."
          + " Give each tenant rules of its own, through a gateway."),
  NOT_CONTAINED(
      ERROR,
      "Whoever takes over the named start reaches more than `within` names. Remove a rule on the"
          + " way, or send it through a gateway."),
  PHYSICAL_PATH(
      ERROR,
      "A physical segment must have no path to anything else, and the declared links make one."),
  PHYSICAL_RULE(
      ERROR, "A rule crosses the edge of a physical segment, which nothing may ever cross."),
  TEST_FAILED(ERROR, "An expectation under `tests:` is not what the blueprint means."),
  WORLD_OPEN_DATABASE(
      WARNING, "A database port is open to a large part of the internet. Name who needs it."),
  GATEWAY_BYPASSED(
      WARNING,
      "A database behind a gateway is reached directly, where nobody checks operations or tenants."
          + " Let the rule go `through` the gateway."),
  PEER_PORT_EXPOSED(
      WARNING,
      "The port that a database's nodes use among themselves, mostly without authentication, is"
          + " reached from outside the cluster."),
  METRICS_PORT_EXPOSED(
      WARNING,
      "A metrics port, which often manages too, is reached from elsewhere than the management"
          + " tier."),
  NOBODY_PORT_REACHABLE(
      WARNING, "A port that its vendor means for nobody on a network is reached."),
  PLAINTEXT_IN_MICRO(
      WARNING,
      "A flow into or inside a `micro` segment has no stated encryption. State `encryption: tls`,"
          + " `mtls` or `tunnel` on the rule or the service."),
  SELECTS_NOTHING(
      WARNING,
      "An end of a rule names nothing that exists, so the rule permits less than it says."),
  NO_SHARED_FAMILY(
      WARNING, "A rule's ends have no address family in common, so it permits nothing."),
  FQDN_WITHOUT_RESOLVER(
      WARNING,
      "A workload may reach a name but can ask no resolver for it, so its set of addresses stays"
          + " empty. Declare `resolvers:` that it reaches."),
  SHADOWED_RULE(WARNING, "Earlier rules permit everything that this rule permits. Remove it."),
  REDUNDANT_RULE(
      WARNING, "Other rules permit everything that this rule permits. Remove it, or one of them."),
  WIDE_RANGE(
      WARNING,
      "A prefix covers addresses of a segment that no workload claims; whatever appears there is"
          + " permitted at once. Name workloads, a segment or a selector."),
  ROLE_WITHOUT_COLLECTIONS(
      WARNING, "A rule names no collections, so its role covers all that its tenants own."),
  CONSTANT_CONDITION(
      WARNING,
      "A rule's condition is true or false whatever the facts are. Say what it was meant to ask, or"
          + " remove it."),
  IDLE_GUARDRAIL(WARNING, "A guardrail's ends name nothing that exists, so it guards nothing."),
  IDLE_EXCEPTION(WARNING, "A guardrail excepts a rule that permits nothing the guardrail forbids."),
  MANAGEMENT_ACCESS(INFO, "Where `management:` reaches; guardrails bind it."),
  TENANTS_ALL(INFO, "A rule reaches the data of every tenant."),
  EXEMPT_PRINCIPAL(
      INFO,
      "A principal that is a member of no tenant reaches tenants' data; tenant isolation does not"
          + " bind it."),
  COLLECTIONS_REACHED(INFO, "What a compromise of a contained start reaches through gateways.");

  private final Severity severity;
  private final String help;

  Check(Severity severity, String help) {
    this.severity = severity;
    this.help = help;
  }

  /** The check with these words. */
  public static Check of(String text) {
    for (Check check : values()) {
      if (check.text().equals(text)) {
        return check;
      }
    }
    throw new IllegalArgumentException("no check `" + text + "`");
  }

  public Severity severity() {
    return severity;
  }

  /** What it means and what to do, for the operator. */
  public String help() {
    return help;
  }
}
