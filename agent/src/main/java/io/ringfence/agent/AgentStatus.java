package io.ringfence.agent;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What is in force at a place.
 *
 * @param pending the generation that reverts unless confirmed, and when
 * @param drift how the kernel differs from the generation in force, a sentence each
 * @param foreign base chains of others that see packets no later than ours
 * @param counters what was counted per rule and denial, by chain
 * @param blueprint the files of the generation in force
 */
public record AgentStatus(
    OptionalInt generation,
    Optional<GenerationStore.Pending> pending,
    Optional<Instant> since,
    String placement,
    List<String> drift,
    List<String> foreign,
    Map<String, KernelTable.Count> counters,
    Map<String, String> blueprint,
    List<Integer> kept) {
  public AgentStatus {
    drift = List.copyOf(drift);
    foreign = List.copyOf(foreign);
    counters = new TreeMap<>(counters);
    blueprint = new TreeMap<>(blueprint);
    kept = List.copyOf(kept);
  }

  /** One look at store and kernel. */
  record Inspection(GenerationStore store, KernelTable table, Clock clock) {
    AgentStatus carryOut() {
      GenerationStore.State state = store.state();
      Optional<Generation> loaded =
          state.loaded().isPresent()
              ? Optional.of(store.generation(state.loaded().getAsInt()))
              : Optional.empty();
      return new AgentStatus(
          state.loaded(),
          state.pending(),
          loaded.map(Generation::created),
          loaded.map(Generation::placement).orElse(""),
          drift(state),
          table.foreignChains(),
          table.counts(),
          loaded.map(Generation::sources).orElse(Map.of()),
          store.numbers());
    }

    private List<String> drift(GenerationStore.State state) {
      List<String> out = new ArrayList<>();
      Optional<String> listing = table.listing();
      state
          .pending()
          .filter(p -> p.deadline().isBefore(clock.instant()))
          .ifPresent(p -> out.add("generation " + p.number() + " should have reverted"));
      if (state.loaded().isEmpty()) {
        listing.ifPresent(l -> out.add("a table is loaded though no generation is in force"));
      } else if (listing.isEmpty()) {
        out.add("the table is gone");
      } else {
        compare(state.loaded().getAsInt(), listing.get()).ifPresent(out::add);
      }
      return out;
    }

    private Optional<String> compare(int generation, String listing) {
      Optional<String> expected = store.listing(generation);
      boolean same =
          expected.isPresent()
              && KernelTable.stable(expected.get()).equals(KernelTable.stable(listing));
      return same
          ? Optional.empty()
          : Optional.of("the table is not as generation " + generation + " left it");
    }
  }
}
