package io.ringfence.verifier.rollout;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * How a generation can take the place of another, machine by machine, without any cluster losing
 * its quorum.
 *
 * <p>A cluster is counted by the members and ports of both blueprints. By either, if it has a
 * quorum before, it must keep it in every state on the way: the cluster may be run by it. By the
 * new one it must have a quorum in the end.
 */
public sealed interface Rollout {
  /** Machines may change in any order. */
  record AnyOrder() implements Rollout {}

  /**
   * Two generations, one after the other has reached every machine.
   *
   * @param losses what would happen without the steps
   * @param first the new blueprint, and rules that keep open what the old one permits between
   *     members
   * @param kept those rules
   * @param between what is to be done between the steps, in words
   */
  record InSteps(
      List<QuorumLoss> losses, Blueprint first, List<AccessRule> kept, List<String> between)
      implements Rollout {}

  /** No order and no step that is known keeps the quorum, for these reasons. */
  record Refused(List<QuorumLoss> losses, List<String> reasons) implements Rollout {}

  /**
   * The rollout of one blueprint over another.
   *
   * @param before absent when nothing is enforced yet: then everything is open
   */
  static Rollout of(Optional<Subject> before, Subject after) {
    Examined direct = Examined.of(before, after);
    if (!direct.unknown().isEmpty()) {
      return new Refused(direct.losses(), direct.unknown());
    }
    if (direct.losses().isEmpty()) {
      return new AnyOrder();
    }
    boolean inTheEnd =
        direct.losses().stream()
            .anyMatch(l -> l.finished() && l.membership() == QuorumLoss.Membership.NEW);
    if (before.isEmpty() || inTheEnd) {
      return new Refused(
          direct.losses(),
          List.of(
              "the new blueprint itself leaves the cluster below quorum: permit its members to"
                  + " reach each other"));
    }
    return inSteps(before.get(), after, direct);
  }

  private static Rollout inSteps(Subject before, Subject after, Examined direct) {
    StepRules rules = new StepRules(before.blueprint(), after.blueprint(), direct.kept());
    if (!rules.gone().isEmpty()) {
      return new Refused(
          direct.losses(),
          List.of(
              String.join(", ", rules.gone())
                  + " would leave the blueprint before the cluster: keep them in it until the"
                  + " cluster has done without them, and change the rules between its members"
                  + " first"));
    }
    Blueprint union = rules.with(after.blueprint());
    Subject middle = new Subject(new Directory(union));
    List<String> reasons = new ArrayList<>(new FirstStep(before, after, middle).objections());
    // INVARIANT (make before break): what either blueprint lets through between members, the first
    // step does. So each link that is up at an end of a step is up all through it.
    object("in step 1 ", Examined.of(Optional.of(before), middle), reasons);
    object("in step 2 ", Examined.of(Optional.of(middle), after), reasons);
    List<String> between =
        direct.losses().stream()
            .filter(l -> l.membership() == QuorumLoss.Membership.OLD && l.finished())
            .map(Rollout::move)
            .toList();
    return reasons.isEmpty()
        ? new InSteps(direct.losses(), union, rules.rules(), between)
        : new Refused(direct.losses(), reasons);
  }

  private static void object(String step, Examined examined, List<String> reasons) {
    examined.losses().forEach(l -> reasons.add(step + l.text()));
    reasons.addAll(examined.unknown());
  }

  private static String move(QuorumLoss loss) {
    return "have the %s cluster of %s run with the members and ports of the new blueprint: step 2 shuts %s"
        .formatted(loss.engine(), String.join(", ", loss.workloads()), loss.ports());
  }

  /** What a rollout without steps does to the clusters. */
  record Examined(List<QuorumLoss> losses, List<ClusterLinks.Kept> kept, List<String> unknown) {
    static Examined of(Optional<Subject> before, Subject after) {
      Examined out = new Examined(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (Cluster cluster : Cluster.of(before, after)) {
        if (!cluster.after().isEmpty()) {
          try {
            out.examine(before, after, cluster);
          } catch (QuorumSearch.TooManyStatesException e) {
            out.unknown.add(tooLarge(cluster));
          }
        }
      }
      return out;
    }

    private static String tooLarge(Cluster cluster) {
      return "whether the %s cluster of %s keeps its quorum takes too long to tell (%d members; %d are examined at most)"
          .formatted(
              cluster.engine(),
              String.join(", ", cluster.workloads()),
              Math.max(cluster.before().size(), cluster.after().size()),
              QuorumSearch.MEMBERS_MAX);
    }

    private void examine(Optional<Subject> before, Subject after, Cluster cluster) {
      int found = losses.size();
      ClusterLinks is = new ClusterLinks(before, after, cluster.after());
      examine(is, cluster, QuorumLoss.Membership.NEW);
      ClusterLinks was = new ClusterLinks(before, after, cluster.before());
      if (!cluster.before().isEmpty() && !cluster.before().equals(cluster.after())) {
        examine(was, cluster, QuorumLoss.Membership.OLD);
      }
      if (losses.size() > found) {
        kept.addAll(was.kept());
      }
    }

    private void examine(ClusterLinks links, Cluster cluster, QuorumLoss.Membership membership) {
      QuorumSearch search = links.search();
      BitSet all = new BitSet();
      all.set(0, links.machines().size());
      boolean after = search.holds(all);
      if (!after && (membership == QuorumLoss.Membership.NEW || search.holds(new BitSet()))) {
        losses.add(links.loss(cluster, membership, all));
      } else if (search.holds(new BitSet())) {
        search.breaking().ifPresent(s -> losses.add(links.loss(cluster, membership, s)));
      }
    }
  }
}
