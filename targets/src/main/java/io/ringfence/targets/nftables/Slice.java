package io.ringfence.targets.nftables;

import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * All flows from some addresses to some, and what is permitted of them.
 *
 * <p>INVARIANT (every flow is in one slice): a slice is cut in two at an address of one end, which
 * leaves no address out and none in both; so that the slices cut from that of all flows are all
 * flows, each once.
 */
record Slice(AddressSet from, AddressSet to, Permitted permitted) {
  /** A cut that takes less than this part away from the larger side is not worth two slices. */
  private static final int GAIN_MIN = 8;

  static Slice whole(Permitted permitted) {
    return new Slice(AddressSet.ALL, AddressSet.ALL, permitted);
  }

  /** Itself in parts of at most so many ranges of addresses, as far as cuts can tell them apart. */
  List<Slice> parts(int rangesMax) {
    Optional<List<Slice>> halves = ranges() <= rangesMax ? Optional.empty() : halves();
    return halves
        .map(h -> h.stream().flatMap(s -> s.parts(rangesMax).stream()).toList())
        .orElse(List.of(this));
  }

  /** The ranges of addresses at the ends of all that is permitted: how much there is to compare. */
  int ranges() {
    return permitted.all().mapToInt(p -> p.from().ranges().size() + p.to().ranges().size()).sum();
  }

  /** The better of two cuts in the middle of what is permitted; absent when neither parts it. */
  private Optional<List<Slice>> halves() {
    return Stream.of(
            cuts(from, Permit::from).map(a -> at(below(from, a), to, above(from, a), to)),
            cuts(to, Permit::to).map(a -> at(from, below(to, a), from, above(to, a))))
        .flatMap(Optional::stream)
        .filter(h -> larger(h) < ranges() - ranges() / GAIN_MIN)
        .min((a, b) -> Integer.compare(larger(a), larger(b)));
  }

  private static int larger(List<Slice> slices) {
    return slices.stream().mapToInt(Slice::ranges).max().orElseThrow();
  }

  private List<Slice> at(AddressSet from1, AddressSet to1, AddressSet from2, AddressSet to2) {
    return List.of(
        new Slice(from1, to1, permitted.between(from1, to1)),
        new Slice(from2, to2, permitted.between(from2, to2)));
  }

  /** The middle of where what is permitted begins at an end, unless that is where the end does. */
  private Optional<Address> cuts(AddressSet end, Function<Permit, AddressSet> of) {
    List<Address> firsts =
        permitted
            .all()
            .flatMap(p -> of.apply(p).ranges().stream())
            .map(AddressRange::first)
            .sorted()
            .toList();
    Address lowest = end.ranges().getFirst().first();
    return firsts.isEmpty()
        ? Optional.empty()
        : firsts.subList(firsts.size() / 2, firsts.size()).stream()
            .filter(a -> a.compareTo(lowest) > 0)
            .findFirst();
  }

  private static AddressSet below(AddressSet end, Address cut) {
    return end.minus(notBelow(cut));
  }

  private static AddressSet above(AddressSet end, Address cut) {
    return end.intersect(notBelow(cut));
  }

  /** The address and all after it, those of later families among them. */
  private static AddressSet notBelow(Address cut) {
    List<AddressRange> out = new ArrayList<>();
    for (Family family : Family.values()) {
      if (family == cut.family()) {
        out.add(new AddressRange(cut, Address.last(family)));
      } else if (family.compareTo(cut.family()) > 0) {
        out.add(new AddressRange(Address.first(family), Address.last(family)));
      }
    }
    return new AddressSet(out);
  }
}
