package io.ringfence.targets.nftables.read;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NarrowingsTest {
  private static final Key PORT =
      new Key(List.of(new Key.Part(Field.CT_PORT, OptionalLong.empty())));

  private static Table ports(int first, int last, Optional<Target> target) {
    Table table = new Table("", List.of(Type.PORT), target.isPresent(), Optional.empty());
    add(table, first, last, target);
    return table;
  }

  private static void add(Table table, int first, int last, Optional<Target> target) {
    Values values = new Values.Numbers(List.of(new Values.Range(first, last)));
    table.add(new Table.Element(List.of(values), target, first + "-" + last));
  }

  private static Step.Match at(int port) {
    return new Step.Match(PORT, ports(port, port, Optional.empty()), false);
  }

  private static Optional<Narrowings.Narrowing> of(Table map, List<List<Step>> rules) {
    ReadChain chain = new ReadChain("c", Optional.empty());
    rules.forEach(r -> chain.add(new ReadChain.ReadRule("", r)));
    return new Narrowings(Map.of("c", chain)).of(map, new Target.Jump("c"));
  }

  private static Step go(Target target) {
    return new Step.Go(target);
  }

  @Test
  void whatOnlyMatchesOnItsWayToOnePlaceNarrows() {
    Table map = ports(80, 80, Optional.of(new Target.Jump("c")));
    Step there = go(new Target.Goto("x"));
    assertEquals(
        new Target.Jump("x"),
        of(map, List.of(List.of(at(1), there), List.of(at(2), there))).orElseThrow().target());
    List<List<List<Step>>> others =
        List.of(
            List.of(),
            List.of(List.of(at(1))),
            List.of(List.of(at(1), go(new Target.Return()))),
            List.of(List.of(at(1), go(new Target.Jump("x")))),
            List.of(List.of(at(1), there), List.of(at(2), go(new Target.Drop()))),
            List.of(List.of(new Step.SetMark(-1, 1), there)),
            List.of(List.of(new Step.Perhaps(""), there)),
            List.of(List.of(new Step.Match(PORT, at(1).table(), true), there)));
    others.forEach(o -> assertEquals(Optional.empty(), of(map, o), o.toString()));
  }

  /** Of keys that overlap the kernel finds one, which may be the one whose chain sends it back. */
  @Test
  void whereKeysMayOverlapNothingNarrows() {
    List<List<Step>> chain = List.of(List.of(at(1), go(new Target.Accept())));
    Optional<Target> target = Optional.of(new Target.Jump("c"));
    Table twice = ports(80, 80, target);
    add(twice, 80, 80, target);
    assertEquals(Optional.empty(), of(twice, chain));
    assertEquals(Optional.empty(), of(ports(80, 81, target), chain));
    Table apart = ports(80, 80, target);
    IntStream.range(81, 90).forEach(p -> add(apart, p, p, target));
    assertEquals(new Target.Accept(), of(apart, chain).orElseThrow().target());
  }
}
