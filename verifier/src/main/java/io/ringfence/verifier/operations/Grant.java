package io.ringfence.verifier.operations;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Action;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Principal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one principal may do under one rule through a gateway, when its conditions hold.
 *
 * @param name the workload or tenant that the principal is, for a message
 * @param sources from where it sends
 * @param tenant whose member it is
 * @param actions of the rule's role, sorted
 * @param collections what the actions that name a collection may name
 */
public record Grant(
    AccessRule rule,
    String name,
    Principal principal,
    AddressSet sources,
    Optional<String> tenant,
    Set<Action> actions,
    List<NameSet> collections) {
  public Grant {
    collections = List.copyOf(collections);
  }

  /** Its actions that name a collection. */
  public List<Action> collectionActions() {
    return actions.stream().filter(Action::onCollection).toList();
  }

  /** The words for it in a message. */
  public String text() {
    String does = actions.stream().map(Action::text).collect(Collectors.joining(", "));
    String on =
        collections.stream().map(NameSet::text).distinct().collect(Collectors.joining(", "));
    return does + (on.isEmpty() || collectionActions().isEmpty() ? "" : " on " + on);
  }
}
