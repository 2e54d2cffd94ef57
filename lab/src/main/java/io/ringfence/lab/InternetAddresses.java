package io.ringfence.lab;

import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Family;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Place;
import io.ringfence.model.Prefix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The handful of addresses that stand for {@code internet} in a lab: public examples, one within
 * and one just beyond each prefix that a rule names, and one of each family per name.
 *
 * @param byName the addresses of each fqdn
 */
record InternetAddresses(List<Address> all, Map<String, List<Address>> byName) {
  /** RFC 5737 and RFC 3849 documentation, a private range that nobody claims, cloud metadata. */
  private static final List<String> EXAMPLES =
      List.of(
          "198.51.100.200",
          "203.0.113.10",
          "192.168.77.7",
          "169.254.169.254",
          "2001:db8::10",
          "2001:db8:ffff::10");

  /** Where addresses of names are taken from: documentation first, then RFC 2544 benchmarking. */
  private static final List<AddressRange> FOR_NAMES =
      Stream.of("203.0.113.128/25", "198.18.0.0/15", "2001:db8:5e::/64")
          .map(p -> Prefix.parse(p).range())
          .toList();

  InternetAddresses {
    all = List.copyOf(all);
    byName = Collections.unmodifiableMap(new TreeMap<>(byName));
  }

  static InternetAddresses of(Directory directory) {
    AddressSet internet = directory.internet();
    SequencedSet<Address> all = new LinkedHashSet<>();
    EXAMPLES.stream().map(Address::parse).filter(internet::contains).forEach(all::add);
    prefixes(directory.blueprint()).forEach(p -> addPrefix(p, internet, all));
    Map<String, List<Address>> byName = new TreeMap<>();
    for (String name : names(directory.blueprint())) {
      List<Address> own = new ArrayList<>();
      for (Family family : Family.values()) {
        freshFor(family, internet, all).ifPresent(own::add);
        all.addAll(own);
      }
      byName.put(name, List.copyOf(own));
    }
    return new InternetAddresses(List.copyOf(all), byName);
  }

  private static void addPrefix(Prefix prefix, AddressSet internet, SequencedSet<Address> all) {
    AddressSet part = AddressSet.ofPrefixes(List.of(prefix)).intersect(internet);
    if (all.stream().noneMatch(part::contains) && !part.isEmpty()) {
      all.add(firstUsable(part.ranges().getFirst()));
    }
    if (!prefix.last().equals(Address.last(prefix.family()))) {
      // A rule rendered one address too wide shows here.
      Address beyond = prefix.last().next();
      if (internet.contains(beyond)) {
        all.add(beyond);
      }
    }
  }

  private static Address firstUsable(AddressRange range) {
    return range.single() ? range.first() : range.first().next();
  }

  private static Optional<Address> freshFor(
      Family family, AddressSet internet, SequencedSet<Address> taken) {
    for (AddressRange pool : FOR_NAMES) {
      if (pool.family() != family) {
        continue;
      }
      for (Address a = pool.first().next(); pool.contains(a); a = a.next()) {
        if (internet.contains(a) && !taken.contains(a)) {
          return Optional.of(a);
        }
      }
    }
    return Optional.empty();
  }

  /** Every name that an egress rule permits, sorted. */
  private static TreeSet<String> names(Blueprint blueprint) {
    TreeSet<String> out = new TreeSet<>();
    places(blueprint).forEach(p -> addName(p, out));
    return out;
  }

  private static void addName(Place place, TreeSet<String> names) {
    if (place instanceof Place.OfFqdn name) {
      names.add(name.fqdn());
    }
  }

  private static List<Prefix> prefixes(Blueprint blueprint) {
    List<Prefix> out = new ArrayList<>();
    places(blueprint).forEach(p -> addPrefix(p, out));
    // The narrow ones first: a wide one is content with an address that is there already.
    return out.stream()
        .distinct()
        .sorted((a, b) -> Integer.compare(b.length(), a.length()))
        .toList();
  }

  private static void addPrefix(Place place, List<Prefix> prefixes) {
    switch (place) {
      case Place.OfPrefix p -> prefixes.add(p.prefix());
      case Place.OfTenant p -> addPrefix(p.at(), prefixes);
      case Place.OfWorkload p -> {}
      case Place.OfSegment p -> {}
      case Place.OfSelector p -> {}
      case Place.OfFqdn p -> {}
      case Place.Internet p -> {}
    }
  }

  private static Stream<Place> places(Blueprint blueprint) {
    Stream<Endpoint> ofRules = blueprint.rules().stream().flatMap(r -> both(r.from(), r.to()));
    Stream<Endpoint> ofGuardrails =
        blueprint.guardrails().stream().flatMap(InternetAddresses::ends);
    Stream<Endpoint> ofTests = blueprint.tests().stream().flatMap(t -> Stream.of(t.from(), t.to()));
    return Stream.of(ofRules, ofGuardrails, ofTests).flatMap(s -> s).map(Endpoint::place);
  }

  private static Stream<Endpoint> both(List<Endpoint> from, List<Endpoint> to) {
    return Stream.concat(from.stream(), to.stream());
  }

  private static Stream<Endpoint> ends(Guardrail guardrail) {
    return switch (guardrail) {
      case Guardrail.Never g -> both(g.from(), g.to());
      case Guardrail.Only g -> both(g.from(), g.to());
      case Guardrail.Unreachable g -> g.places().stream();
      case Guardrail.Isolated g -> Stream.of();
      case Guardrail.Contained g -> both(g.compromise(), g.within());
    };
  }
}
