package io.ringfence.targets.nftables.read;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What the rules of a ruleset compare some fields with, and how they set marks; each once. */
final class FieldTests {
  /** Those that have few values. */
  private static final Set<Field> FIELDS =
      EnumSet.of(Field.IN_INTERFACE, Field.OUT_INTERFACE, Field.MARK, Field.TCP_FLAGS);

  private final Map<String, ReadChain> chains;
  private final Map<Field, Set<Test>> tests = new EnumMap<>(Field.class);
  private final Set<Step.SetMark> settings = new LinkedHashSet<>();
  private boolean collected;

  /** A comparison of a field, perhaps behind a mask, with some values. */
  record Test(Key.Part part, Values values) {}

  FieldTests(Map<String, ReadChain> chains) {
    this.chains = chains;
  }

  Set<Test> of(Field field) {
    if (!FIELDS.contains(field)) {
      throw new IllegalArgumentException("comparisons of `" + field.text() + "` are not kept");
    }
    collect();
    return tests.getOrDefault(field, Set.of());
  }

  /** The different ways in which the rules set marks. */
  Set<Step.SetMark> settings() {
    collect();
    return settings;
  }

  private void collect() {
    if (!collected) {
      collected = true;
      chains.values().stream()
          .flatMap(c -> c.rules().stream())
          .flatMap(r -> r.steps().stream())
          .forEach(this::add);
    }
  }

  private void add(Step step) {
    switch (step) {
      case Step.Match s -> add(s.key(), s.table());
      case Step.Lookup s -> add(s.key(), s.map());
      case Step.SetMark s -> settings.add(s);
      case Step.Perhaps s -> {}
      case Step.Effect s -> {}
      case Step.Go s -> {}
    }
  }

  private void add(Key key, Table table) {
    for (int i = 0; i < key.parts().size(); i++) {
      Key.Part part = key.parts().get(i);
      if (FIELDS.contains(part.field())) {
        Set<Test> of = tests.computeIfAbsent(part.field(), f -> new LinkedHashSet<>());
        for (Table.Element element : table.elements()) {
          of.add(new Test(part, element.values().get(i)));
        }
      }
    }
  }
}
