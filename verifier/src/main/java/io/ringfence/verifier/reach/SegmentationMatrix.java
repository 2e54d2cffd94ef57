package io.ringfence.verifier.reach;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Listeners;
import io.ringfence.model.PortSet;
import io.ringfence.model.Segment;
import io.ringfence.model.Senders;
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
    List<Reachability.From> sources = new ArrayList<>();
    List<Reachability.To> goals = new ArrayList<>();
    for (Optional<Segment> zone : subject.projection().zones()) {
      zones.add(zone.map(Segment::name).orElse(Blueprint.INTERNET));
      AddressSet addresses = subject.projection().addresses(zone);
      sources.add(reachability.from(List.of(Senders.at(addresses))));
      goals.add(reachability.to(List.of(new Listeners(addresses, PortSet.ALL))));
    }
    for (Reachability.From from : sources) {
      List<Reach> row = new ArrayList<>();
      goals.forEach(to -> row.add(reachability.between(from, to)));
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
