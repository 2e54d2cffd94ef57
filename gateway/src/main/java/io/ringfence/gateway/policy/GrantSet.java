package io.ringfence.gateway.policy;

import io.ringfence.model.Action;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Request;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Grants of the same callers on the same service, found by action and collection. */
final class GrantSet {
  private static final NamePattern ANY = new NamePattern("*");

  private final Map<Action, NameTable<Grant>> onCollections = new EnumMap<>(Action.class);
  private final Map<Action, List<Grant>> onServers = new EnumMap<>(Action.class);

  /** A grant that decides as an earlier one with the same key does can never be the first to. */
  private record Key(
      NamePattern pattern,
      boolean listing,
      boolean allTenants,
      boolean approval,
      Object condition) {
    private Key(NamePattern pattern, Grant grant) {
      this(
          pattern,
          grant.listing(),
          grant.allTenants(),
          grant.approval(),
          grant.rule().when().map(c -> c.cel()));
    }
  }

  private final Grant any;

  /**
   * @param grants in their order
   */
  GrantSet(List<Grant> grants) {
    any = grants.getFirst();
    for (Action action : Action.values()) {
      List<Grant> those = grants.stream().filter(g -> g.actions().contains(action)).toList();
      if (those.isEmpty()) {
        continue;
      }
      if (action.onCollection()) {
        onCollections.put(action, byName(those));
      } else {
        onServers.put(action, distinct(those));
      }
    }
  }

  private static NameTable<Grant> byName(List<Grant> grants) {
    NameTable.Builder<Grant> out = new NameTable.Builder<>();
    Set<Key> seen = new HashSet<>();
    for (Grant grant : grants) {
      for (NamePattern pattern : grant.listing() ? grant.rule().collections() : List.of(ANY)) {
        if (seen.add(new Key(pattern, grant))) {
          out.add(grant.order(), pattern, grant);
        }
      }
    }
    return out.build();
  }

  private static List<Grant> distinct(List<Grant> grants) {
    Set<Key> seen = new HashSet<>();
    List<Grant> out = new ArrayList<>();
    grants.stream().filter(g -> seen.add(new Key(ANY, g))).forEach(out::add);
    return List.copyOf(out);
  }

  /** The first of them. */
  Grant any() {
    return any;
  }

  /** The first grant that permits the request; null if none does. */
  Grant first(Question question) {
    Request request = question.request();
    if (!request.action().onCollection()) {
      return first(onServers.getOrDefault(request.action(), List.of()), question);
    }
    NameTable<Grant> table = onCollections.get(request.action());
    return table == null || request.collection().isEmpty()
        ? null
        : table.first(request.collection().get(), question);
  }

  private static Grant first(List<Grant> grants, Question question) {
    for (int i = 0; i < grants.size(); i++) {
      if (question.takes(grants.get(i))) {
        return grants.get(i);
      }
    }
    return null;
  }
}
