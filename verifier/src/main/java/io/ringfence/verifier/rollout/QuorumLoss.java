package io.ringfence.verifier.rollout;

import io.ringfence.model.Address;
import io.ringfence.model.Flow;
import io.ringfence.model.PortSet;
import io.ringfence.model.SourceLocation;
import java.util.List;
import java.util.Optional;

/**
 * A state of a rollout in which no majority of a cluster's members is mutually connected.
 *
 * @param engine by its name in the catalogue
 * @param workloads those that the members belong to
 * @param membership whose list of members, and of their ports, it is
 * @param changed the machines that enforce the new generation then; the others enforce the old
 * @param finished true when all machines do
 * @param ports those of the members' quorum ports that some link lacks then
 * @param witness a flow between members that is stopped then
 * @param lost the rule that the old generation permitted it by
 */
public record QuorumLoss(
    String engine,
    List<String> workloads,
    Membership membership,
    List<Address> members,
    int majority,
    List<String> changed,
    boolean finished,
    PortSet ports,
    Flow witness,
    Optional<LostRule> lost) {
  public QuorumLoss {
    workloads = List.copyOf(workloads);
    members = List.copyOf(members);
    changed = List.copyOf(changed);
  }

  /** By which blueprint a cluster's members and ports are counted. */
  public enum Membership {
    OLD,
    NEW
  }

  /** A rule of the old generation, and where it stands there. */
  public record LostRule(String name, SourceLocation at) {}

  /** One sentence, without the witness. */
  public String text() {
    String when =
        finished
            ? "once the new generation is everywhere"
            : changed.isEmpty() ? "before any machine changes" : "once only " + some() + " changed";
    return "the %s cluster of %s falls below quorum %s: by the %s membership %d of %d members must reach each other at %s"
        .formatted(
            engine,
            String.join(", ", workloads),
            when,
            membership == Membership.OLD ? "old" : "new",
            majority,
            members.size(),
            ports);
  }

  private String some() {
    return String.join(", ", changed) + (changed.size() == 1 ? " has" : " have");
  }
}
