package io.ringfence.verifier.reach;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Segment;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every segment against every segment, and {@code internet}: what may pass, and under what. */
public final class SegmentationMatrix {
  private final List<String> zones = new ArrayList<>();
  private final List<List<Reach>> cells = new ArrayList<>();

  public SegmentationMatrix(Subject subject) {
    Reachability reachability = new Reachability(subject);
    List<AddressSet> addresses = new ArrayList<>();
    for (Optional<Segment> zone : subject.projection().zones()) {
      zones.add(zone.map(Segment::name).orElse(Blueprint.INTERNET));
      addresses.add(subject.projection().addresses(zone));
    }
    for (AddressSet from : addresses) {
      List<Reach> row = new ArrayList<>();
      addresses.forEach(to -> row.add(reachability.between(from, to)));
      cells.add(List.copyOf(row));
    }
  }

  /** The segments in the order declared, then {@code internet}. */
  public List<String> zones() {
    return List.copyOf(zones);
  }

  /** What passes from one zone to another; within a segment when both are the same. */
  public Reach cell(String from, String to) {
    return cells.get(index(from)).get(index(to));
  }

  private int index(String zone) {
    int index = zones.indexOf(zone);
    if (index < 0) {
      throw new IllegalArgumentException("no segment `" + zone + "`; there are " + zones);
    }
    return index;
  }
}
