package io.ringfence.verifier.reach;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Segment;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The segments in the order declared, then {@code internet}; by their numbers. */
record Zones(
    Directory directory,
    List<String> names,
    List<AddressSet> addresses,
    Map<String, Integer> numbers) {

  static Zones of(Subject subject) {
    List<String> names = new ArrayList<>();
    List<AddressSet> addresses = new ArrayList<>();
    Map<String, Integer> numbers = new HashMap<>();
    for (Optional<Segment> zone : subject.projection().zones()) {
      String name = zone.map(Segment::name).orElse(Blueprint.INTERNET);
      numbers.put(name, names.size());
      names.add(name);
      addresses.add(subject.projection().addresses(zone));
    }
    return new Zones(subject.directory(), List.copyOf(names), List.copyOf(addresses), numbers);
  }

  AddressSet addresses(int zone) {
    return addresses.get(zone);
  }

  int number(String zone) {
    Integer number = numbers.get(zone);
    if (number == null) {
      throw new IllegalArgumentException("no segment `" + zone + "`; there are " + names);
    }
    return number;
  }

  /** The zones that some of these addresses are in. */
  SortedSet<Integer> of(List<AddressSet> sets) {
    SortedSet<Integer> out = new TreeSet<>();
    for (AddressSet set : sets) {
      directory.segmentsOf(set).forEach(s -> out.add(numbers.get(s.name())));
      if (set.overlaps(directory.internet())) {
        out.add(names.size() - 1);
      }
    }
    return out;
  }
}
