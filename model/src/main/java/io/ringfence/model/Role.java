package io.ringfence.model;

import java.util.Set;

/** Actions on collections. */
public record Role(String name, Set<Action> actions, SourceLocation at) {
  public Role {
    actions = Set.copyOf(actions);
  }
}
