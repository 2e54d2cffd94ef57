package io.ringfence.targets.nftables;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Flow;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Protocol;
import io.ringfence.targets.nftables.read.Reading;
import io.ringfence.targets.nftables.read.Situation;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A ruleset compared with the blueprint slice by slice, each in a flow space that is dropped behind
 * it: what there is to hold at once does not grow with the policy.
 */
final class SlicedComparison {
  /** So many ranges of addresses at the ends of what is permitted are compared at once. */
  static final int RANGES_MAX = 4_000;

  private final NetworkProjection projection;
  private final Placement placement;
  private final Reading reading;
  private final FlowSpace space;
  private final Set<List<Boolean>> currentClasses = new HashSet<>();
  private final SortedMap<Question, List<FlowSet>> differences = new TreeMap<>();
  private final List<FlowSet> observed = new ArrayList<>();

  /** What was asked, and how the answer differs. */
  private record Question(int number, ReadBack.Kind kind, String text, Situation situation)
      implements Comparable<Question> {
    private static final Comparator<Question> ORDER =
        Comparator.comparingInt(Question::number)
            .thenComparing(Question::kind)
            .thenComparing(Question::text);

    @Override
    public int compareTo(Question other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * @param space the one of the answer's flows; slices have their own
   */
  SlicedComparison(
      NetworkProjection projection, Placement placement, Reading reading, FlowSpace space) {
    this.projection = projection;
    this.placement = placement;
    this.reading = reading;
    this.space = space;
  }

  ReadBack result(int rangesMax) {
    List<Slice> slices = Slice.whole(Permitted.at(projection, placement)).parts(rangesMax);
    compareAll(slices);
    List<ReadBack.Difference> out = new ArrayList<>();
    differences.forEach((question, parts) -> out.add(difference(question, space.union(parts))));
    return new ReadBack(List.of(), out, space.union(observed));
  }

  /**
   * Which marks are current is known once every slice's first packets were followed: while a slice
   * adds to them, those before it are compared anew.
   */
  private void compareAll(List<Slice> slices) {
    int known = -1;
    while (known < currentClasses.size()) {
      known = compareFrom(slices);
    }
  }

  /** Compares all slices, and returns how many classes of marks were known to the first of them. */
  private int compareFrom(List<Slice> slices) {
    differences.clear();
    observed.clear();
    int known = -1;
    for (Slice slice : slices) {
      compare(slice, slices.size() == 1);
      known = known < 0 ? currentClasses.size() : known;
    }
    return known;
  }

  private void compare(Slice slice, boolean only) {
    FlowSpace own = only ? space : new FlowSpace(space.names());
    Reading here = only ? reading : reading.within(slice.from(), slice.to(), own);
    Comparison.Result result =
        new Comparison(projection, placement, slice, here, own, currentClasses).result();
    result.differences().forEach(this::add);
    if (!result.observed().isEmpty()) {
      observed.add(space.copy(result.observed()));
    }
  }

  private void add(Comparison.Found found) {
    Question question =
        new Question(found.question(), found.kind(), found.text(), found.situation());
    differences.computeIfAbsent(question, q -> new ArrayList<>()).add(space.copy(found.flows()));
  }

  private ReadBack.Difference difference(Question question, FlowSet flows) {
    Flow witness = flows.witness().orElseThrow();
    AddressSet from = AddressSet.of(witness.source());
    AddressSet to = AddressSet.of(witness.destination());
    FlowSet one = flows.intersect(space.box(from, to, PortSet.of(port(witness))));
    List<String> trace = reading.within(from, to, space).trace(question.situation(), one);
    return new ReadBack.Difference(question.kind(), question.text(), flows, witness, trace);
  }

  private static PortRange port(Flow flow) {
    Protocol protocol = flow.protocol();
    boolean ported = protocol.hasPorts() || protocol.isIcmp();
    return ported ? new PortRange(protocol, flow.port(), flow.port()) : PortRange.all(protocol);
  }
}
