package io.ringfence.verifier.reach;

import io.ringfence.model.Flow;
import io.ringfence.model.PortSet;
import io.ringfence.verifier.operations.Grant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that becomes reachable once a start is compromised.
 *
 * @param start what was compromised, for people
 * @param hops each newly compromised workload once, the nearest first
 * @param destinations what is reached outside all segments
 * @param gateways the gateways reached, and what may be done through them
 */
public record BlastRadius(
    String start, List<Hop> hops, List<Destination> destinations, List<GatewayReach> gateways) {
  public BlastRadius {
    hops = List.copyOf(hops);
    destinations = List.copyOf(destinations);
    gateways = List.copyOf(gateways);
  }

  /**
   * A step of the compromise, and the flow that takes it.
   *
   * @param depth 1 for what the start itself reaches
   */
  public record Hop(int depth, String from, String to, Flow flow, PortSet ports, String rule) {}

  /** A name, prefix or {@code internet} that data can leave to. */
  public record Destination(String from, String to, Flow flow, PortSet ports, String rule) {}

  /** A gateway that a compromised workload may ask, and what it grants. */
  public record GatewayReach(
      String from, String gateway, Flow flow, String rule, List<Grant> grants) {
    public GatewayReach {
      grants = List.copyOf(grants);
    }
  }

  /** The workloads reached, the nearest first. */
  public List<String> workloads() {
    return hops.stream().map(Hop::to).toList();
  }

  /** What is in one radius and not in another. */
  public record Difference(
      List<String> workloads, List<String> destinations, List<String> collections) {
    public boolean isEmpty() {
      return workloads.isEmpty() && destinations.isEmpty() && collections.isEmpty();
    }
  }

  /** What this radius has that the other has not. */
  public Difference minus(BlastRadius other) {
    return new Difference(
        minus(workloads(), other.workloads()),
        minus(destinationNames(), other.destinationNames()),
        minus(collections(), other.collections()));
  }

  private static List<String> minus(List<String> names, List<String> others) {
    List<String> out = new ArrayList<>(names);
    out.removeAll(others);
    return out;
  }

  /** The destinations' names, each once. */
  public List<String> destinationNames() {
    Set<String> out = new LinkedHashSet<>();
    destinations.forEach(d -> out.add(d.to()));
    return List.copyOf(out);
  }

  /** Actions and collections reached, with the gateway and rule, each once. */
  public List<String> collections() {
    Set<String> out = new LinkedHashSet<>();
    for (GatewayReach reach : gateways) {
      reach.grants().forEach(g -> out.add(text(reach, g)));
    }
    return List.copyOf(out);
  }

  private static String text(GatewayReach reach, Grant grant) {
    return grant.text() + " through " + reach.gateway() + " under " + reach.rule();
  }

  /** The hop that compromised a workload. */
  public Optional<Hop> hopTo(String workload) {
    return hops.stream().filter(h -> h.to().equals(workload)).findFirst();
  }
}
