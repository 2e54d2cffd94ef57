package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.RuleAnalysis;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds prefixes in rules that cover more of a segment than its workloads. A segment as an end is
 * never wider: in a rule it is the addresses of its workloads.
 */
final class WideRanges extends RuleAnalysis {
  @Override
  protected List<Finding> findings(Subject subject, AccessRule rule) {
    List<Finding> out = new ArrayList<>();
    if (rule.origin() != AccessRule.Origin.RESOLVERS) {
      for (Endpoint from : rule.from()) {
        AddressSet empty = unclaimed(subject, from.place());
        if (!empty.isEmpty()) {
          AddressSet to = other(subject, rule.to(), empty);
          out.add(finding(subject, rule, from, empty, empty, to));
        }
      }
      for (Endpoint to : rule.to()) {
        AddressSet empty = unclaimed(subject, to.place());
        if (!empty.isEmpty()) {
          AddressSet from = other(subject, rule.from(), empty);
          out.add(finding(subject, rule, to, empty, from, empty));
        }
      }
    }
    return out;
  }

  private static AddressSet unclaimed(Subject subject, Place place) {
    return switch (place) {
      case Place.OfPrefix p ->
          AddressSet.ofPrefixes(List.of(p.prefix()))
              .intersect(subject.directory().segments())
              .minus(subject.directory().ruleAddresses(p));
      case Place.OfTenant p -> unclaimed(subject, p.at());
      case Place.OfWorkload p -> AddressSet.EMPTY;
      case Place.OfSegment p -> AddressSet.EMPTY;
      case Place.OfSelector p -> AddressSet.EMPTY;
      case Place.Internet p -> AddressSet.EMPTY;
      case Place.OfFqdn p -> AddressSet.EMPTY;
    };
  }

  /** The other end; anything, where it shares no family with these addresses. */
  private static AddressSet other(Subject subject, List<Endpoint> ends, AddressSet addresses) {
    AddressSet out = AddressSet.EMPTY;
    for (Family family : Family.values()) {
      if (!addresses.ofFamily(family).isEmpty()) {
        for (Endpoint end : ends) {
          AddressSet there = subject.directory().ruleAddresses(end.place());
          out = out.union(there.ofFamily(family));
        }
      }
    }
    return out.isEmpty() ? AddressSet.ALL : out;
  }

  private static Finding finding(
      Subject subject,
      AccessRule rule,
      Endpoint end,
      AddressSet empty,
      AddressSet from,
      AddressSet to) {
    PortSet ports =
        rule.to().getFirst().ports() instanceof Endpoint.Ports.Explicit p
            ? p.ports()
            : PortSet.parse("1-65535/tcp");
    Flow nearest = subject.nearest(from, to, ports, subject.flows(rule));
    int claimed = subject.workloadsIn(subject.directory().ruleAddresses(end.place())).size();
    String message =
        "`"
            + end.place().text()
            + "` in rule `"
            + rule.name()
            + "` has "
            + claimed
            + (claimed == 1 ? " workload" : " workloads")
            + " and covers more of the segments, as "
            + empty.ranges().getFirst().first()
            + "; permitted once something is there: "
            + subject.text(nearest);
    return Finding.of(Check.WIDE_RANGE, rule.name(), message, end.at(), nearest);
  }
}
