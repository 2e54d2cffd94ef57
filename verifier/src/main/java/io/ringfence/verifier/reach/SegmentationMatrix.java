package io.ringfence.verifier.reach;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Flow;
import io.ringfence.model.PortSet;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Edit;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Every segment against every segment, and {@code internet}: what may pass, and under what. */
public final class SegmentationMatrix {
  private static final Reach NOTHING =
      new Reach(PortSet.EMPTY, List.of(), false, Optional.empty(), List.of());

  private final Zones zones;

  /** Where something passes. */
  private final Map<Cell, Reach> cells;

  /** From one zone to another, by their numbers. */
  private record Cell(int from, int to) {}

  public SegmentationMatrix(Subject subject) {
    this(Zones.of(subject), new HashMap<>());
    Map<Cell, List<Permit>> permits = new HashMap<>();
    for (Permit permit : subject.permitted().permits()) {
      for (Cell cell : cells(List.of(permit), List.of(permit))) {
        permits.computeIfAbsent(cell, c -> new ArrayList<>()).add(permit);
      }
    }
    Map<Cell, List<AccessRule>> through = new HashMap<>();
    for (AccessRule rule : subject.rules()) {
      for (Cell cell : ways(subject, rule)) {
        through.computeIfAbsent(cell, c -> new ArrayList<>()).add(rule);
      }
    }
    Set<Cell> some = new HashSet<>(permits.keySet());
    some.addAll(through.keySet());
    for (Cell cell : some) {
      List<Permit> here = permits.getOrDefault(cell, List.of());
      put(cell, reach(subject, cell, here, through.getOrDefault(cell, List.of())));
    }
  }

  private SegmentationMatrix(Zones zones, Map<Cell, Reach> cells) {
    this.zones = zones;
    this.cells = cells;
  }

  /** The matrix after an edit: the cells between zones that the changed rules have flows of. */
  public SegmentationMatrix after(Edit edit) {
    if (edit.changesExceptions()) {
      return new SegmentationMatrix(edit.after());
    }
    Set<Cell> touched = new HashSet<>();
    edit.boxes().forEach(b -> touched.addAll(cells(List.of(b), List.of(b))));
    for (Subject subject : List.of(edit.before(), edit.after())) {
      for (String name : edit.changed()) {
        subject.directory().rule(name).ifPresent(r -> touched.addAll(ways(subject, r)));
      }
    }
    SegmentationMatrix out = new SegmentationMatrix(zones, new HashMap<>(cells));
    touched.forEach(c -> out.put(c, again(edit, c)));
    return out;
  }

  /** The ways under rules that are not changed are what they were. */
  private Reach again(Edit edit, Cell cell) {
    Subject subject = edit.after();
    Permit whole =
        Permit.box(zones.addresses(cell.from()), zones.addresses(cell.to()), PortSet.ALL);
    List<Permit> permits = subject.permitted().index().meeting(whole);
    List<AccessRule> changed =
        edit.changed().stream()
            .flatMap(n -> subject.directory().rule(n).stream())
            .filter(r -> r.through().isPresent())
            .toList();
    Reach now = reach(subject, cell, permits, changed);
    List<Reach.Way> ways = new ArrayList<>(now.through());
    cells.getOrDefault(cell, NOTHING).through().stream()
        .filter(w -> !edit.changed().contains(w.rule()))
        .forEach(ways::add);
    ways.sort(Comparator.comparingInt(w -> subject.directory().number(w.rule())));
    return new Reach(now.ports(), now.rules(), now.conditional(), now.witness(), ways);
  }

  private void put(Cell cell, Reach reach) {
    if (reach.equals(NOTHING)) {
      cells.remove(cell);
    } else {
      cells.put(cell, reach);
    }
  }

  /** From where the one goes to where the others go. */
  private Set<Cell> cells(List<Permit> from, List<Permit> to) {
    Set<Cell> out = new LinkedHashSet<>();
    for (int goal : zones.of(to.stream().map(Permit::to).toList())) {
      zones.of(from.stream().map(Permit::from).toList()).forEach(f -> out.add(new Cell(f, goal)));
    }
    return out;
  }

  /** From where a rule's flows enter its gateway to where they go on from there. */
  private Set<Cell> ways(Subject subject, AccessRule rule) {
    return rule.through().isEmpty()
        ? Set.of()
        : cells(
            legs(subject, rule, Permit.Leg.TO_GATEWAY),
            legs(subject, rule, Permit.Leg.FROM_GATEWAY));
  }

  private static List<Permit> legs(Subject subject, AccessRule rule, Permit.Leg leg) {
    return subject.permitted().of(rule).stream().filter(p -> p.leg() == leg).toList();
  }

  private Reach reach(Subject subject, Cell cell, List<Permit> permits, List<AccessRule> through) {
    AddressSet from = zones.addresses(cell.from());
    AddressSet to = zones.addresses(cell.to());
    Set<PortSet> ports = new LinkedHashSet<>();
    Map<String, AccessRule> rules = new LinkedHashMap<>();
    Optional<Flow> witness = Optional.empty();
    for (Permit permit : permits) {
      Optional<Permit> part = permit.between(from, to);
      if (part.isPresent() && subject.witnesses().any(part.get())) {
        ports.add(part.get().usablePorts());
        rules.computeIfAbsent(permit.rule(), n -> subject.directory().rule(n).orElseThrow());
        witness = witness.or(() -> subject.witnesses().flow(part.get()));
      }
    }
    boolean conditional =
        !rules.isEmpty() && rules.values().stream().allMatch(AccessRule::limitsOperations);
    List<Reach.Way> ways = new ArrayList<>();
    through.forEach(r -> way(subject, r, from, to).ifPresent(ways::add));
    return new Reach(PortSet.union(ports), List.copyOf(rules.keySet()), conditional, witness, ways);
  }

  private static Optional<Reach.Way> way(
      Subject subject, AccessRule rule, AddressSet from, AddressSet to) {
    Optional<Flow> entry = leg(subject, rule, Permit.Leg.TO_GATEWAY, from, AddressSet.ALL);
    Optional<Flow> exit = leg(subject, rule, Permit.Leg.FROM_GATEWAY, AddressSet.ALL, to);
    return entry.isPresent() && exit.isPresent()
        ? Optional.of(
            new Reach.Way(rule.through().orElseThrow(), rule.name(), entry.get(), exit.get()))
        : Optional.empty();
  }

  private static Optional<Flow> leg(
      Subject subject, AccessRule rule, Permit.Leg leg, AddressSet from, AddressSet to) {
    return legs(subject, rule, leg).stream()
        .flatMap(p -> p.between(from, to).stream())
        .flatMap(p -> subject.witnesses().flow(p).stream())
        .findFirst();
  }

  /** The segments in the order declared, then {@code internet}. */
  public List<String> zones() {
    return zones.names();
  }

  /** What passes from one zone to another; within a segment when both are the same. */
  public Reach cell(String from, String to) {
    return cells.getOrDefault(new Cell(zones.number(from), zones.number(to)), NOTHING);
  }
}
