package io.ringfence.language;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Place;
import io.ringfence.model.Prefix;
import io.ringfence.model.Segment;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What lies inside the segments and what outside: access rules end inside, egress rules outside.
 */
final class Zones {
  private final Problems problems;
  private final Collection<Segment> segments;
  private final AddressSet inside;

  Zones(Collection<Segment> segments, Problems problems) {
    this.problems = problems;
    this.segments = segments;
    this.inside =
        AddressSet.ofPrefixes(segments.stream().flatMap(s -> s.networks().stream()).toList());
  }

  /** The destination of an access rule. */
  void inside(Endpoint to) {
    if (reachesOut(to.place())) {
      problems.error(
          to.at(),
          Said.quote(to.place().text())
              + " reaches outside every segment; such a rule belongs into `egress`");
    }
  }

  /** The destination of an egress rule. */
  void outside(Endpoint to) {
    Optional<String> where =
        switch (to.place()) {
          case Place.OfPrefix p -> meets(p.prefix()).map(Segment::name);
          case Place.OfSegment p -> Optional.of(p.segment());
          case Place.OfWorkload p -> Optional.of("a segment");
          case Place.OfSelector p -> Optional.of("a segment");
          case Place.OfTenant p -> Optional.of("a segment");
          case Place.OfFqdn p -> Optional.empty();
          case Place.Internet p -> Optional.empty();
        };
    where.ifPresent(
        w ->
            problems.error(
                to.at(),
                Said.quote(to.place().text())
                    + " lies inside "
                    + (w.equals("a segment") ? w : "segment " + Said.quote(w))
                    + "; such a rule belongs into `access`"));
  }

  /** The source of an egress rule or of management: something of ours. */
  void sender(Endpoint from) {
    if (reachesOut(from.place())) {
      problems.error(
          from.at(),
          Said.quote(from.place().text()) + " lies outside the segments; egress starts inside");
    }
  }

  /** Whether some of a place's addresses are no segment's; a name's are another's to judge. */
  private boolean reachesOut(Place place) {
    return switch (place) {
      case Place.Internet p -> true;
      case Place.OfPrefix p -> !covered(p.prefix());
      case Place.OfWorkload p -> false;
      case Place.OfSegment p -> false;
      case Place.OfSelector p -> false;
      case Place.OfTenant p -> false;
      case Place.OfFqdn p -> false;
    };
  }

  private boolean covered(Prefix prefix) {
    return AddressSet.ofPrefixes(List.of(prefix)).minus(inside).isEmpty();
  }

  private Optional<Segment> meets(Prefix prefix) {
    return segments.stream()
        .filter(s -> s.networks().stream().anyMatch(n -> n.range().overlaps(prefix.range())))
        .findFirst();
  }
}
