package io.ringfence.targets.iptables;

import io.ringfence.model.Family;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A table of a text, while it is read: its chains in order, and their rules. */
final class SavedTable {
  /** A chain: built in ones alone have a policy. */
  record Chain(String name, Optional<String> policy) {}

  /**
   * A rule.
   *
   * @param line where it stands, from 1
   */
  record Rule(String chain, int line, List<Clause> clauses) {}

  private final SaveFile file;
  private final Hooks hooks;
  private final Map<String, Chain> chains = new LinkedHashMap<>();
  private final List<Rule> rules = new ArrayList<>();

  SavedTable(SaveFile file, Hooks hooks) {
    this.file = file;
    this.hooks = hooks;
  }

  SaveFile file() {
    return file;
  }

  Family family() {
    return file.family();
  }

  Hooks hooks() {
    return hooks;
  }

  Map<String, Chain> chains() {
    return chains;
  }

  List<Rule> rules() {
    return rules;
  }
}
