package io.ringfence.targets.nftables.read;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A chain as read. */
final class ReadChain {
  /** A rule, and where it stands. */
  record ReadRule(String place, List<Step> steps) {
    ReadRule {
      steps = List.copyOf(steps);
    }
  }

  /** How the kernel enters a chain. */
  record Base(String hook, int priority, boolean acceptsByDefault) {}

  private final String name;
  private final Optional<Base> base;
  private final List<ReadRule> rules = new ArrayList<>();

  ReadChain(String name, Optional<Base> base) {
    this.name = name;
    this.base = base;
  }

  String name() {
    return name;
  }

  Optional<Base> base() {
    return base;
  }

  List<ReadRule> rules() {
    return rules;
  }

  void add(ReadRule rule) {
    rules.add(rule);
  }
}
