package io.ringfence.model.testing;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Action;
import io.ringfence.model.Address;
import io.ringfence.model.Audience;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Condition;
import io.ringfence.model.Encryption;
import io.ringfence.model.Endpoint;
import io.ringfence.model.EngineCatalogue;
import io.ringfence.model.Gateway;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Host;
import io.ringfence.model.HostUser;
import io.ringfence.model.Isolation;
import io.ringfence.model.Management;
import io.ringfence.model.Mode;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.Role;
import io.ringfence.model.Router;
import io.ringfence.model.Segment;
import io.ringfence.model.Separation;
import io.ringfence.model.Service;
import io.ringfence.model.Tenant;
import io.ringfence.model.Tier;
import io.ringfence.model.Workload;
import io.ringfence.model.WorkloadKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a small blueprint in a few lines. Places are names of workloads or segments, prefixes,
 * {@code internet} or {@code fqdn:NAME}; {@code PLACE/SERVICE} and {@code PLACE 443/tcp} add ports.
 */
public final class BlueprintSketch {
  private final Draft draft = new Draft("sketch", new Dice(0), EnumSet.allOf(Feature.class));

  public BlueprintSketch segment(String name, Tier tier, Isolation isolation, String... networks) {
    draft.segments.put(
        name,
        new Segment(
            name,
            tier,
            Stream.of(networks).map(Prefix::parse).toList(),
            isolation,
            OptionalInt.empty(),
            OptionalInt.empty(),
            Mode.ENFORCE,
            draft.here()));
    return this;
  }

  public BlueprintSketch segment(String name, String... networks) {
    return segment(name, Tier.APPLICATION, Isolation.VLAN, networks);
  }

  /** A workload with the SPIFFE ID {@code spiffe://example.org/NAME}. */
  public BlueprintSketch workload(String name, String segment, String... addresses) {
    return workload(name, segment, WorkloadKind.GENERIC, Optional.empty(), addresses);
  }

  public BlueprintSketch engine(String engine, String name, String segment, String... addresses) {
    return workload(name, segment, WorkloadKind.GENERIC, Optional.of(engine), addresses);
  }

  private BlueprintSketch workload(
      String name,
      String segment,
      WorkloadKind kind,
      Optional<String> engine,
      String... addresses) {
    draft.workloads.put(
        name,
        new Workload(
            name,
            segment,
            Stream.of(addresses).map(Address::parse).toList(),
            kind,
            Optional.of(id(name)),
            Map.of(),
            engine,
            engine.map(e -> EngineCatalogue.engines().get(e).services()).orElse(Map.of()),
            draft.here()));
    return this;
  }

  /** A process of a host, listening with one service at some ports. */
  public BlueprintSketch process(
      String name, String segment, String host, long user, String ports, String... addresses) {
    List<Address> own = Stream.of(addresses).map(Address::parse).toList();
    PortSet listening = PortSet.union(Stream.of(ports.split(" ")).map(PortSet::parse).toList());
    draft.workloads.put(
        name,
        new Workload(
            name,
            segment,
            own,
            WorkloadKind.GENERIC,
            Optional.of(id(name)),
            Map.of(),
            Optional.empty(),
            Map.of("service", new Service("service", listening, Audience.ANYONE, Optional.empty())),
            Optional.of(new HostUser(host, user)),
            draft.here()));
    Host before = draft.hosts.get(host);
    List<Address> all = before == null ? List.of() : before.addresses();
    List<Address> both = Stream.concat(all.stream(), own.stream()).distinct().toList();
    draft.hosts.put(host, new Host(host, both, draft.here()));
    return this;
  }

  /** The SPIFFE ID of a workload of this name. */
  public static String id(String workload) {
    return "spiffe://example.org/" + workload;
  }

  public BlueprintSketch gateway(String name, String segment, String address, String... behind) {
    workload(name, segment, WorkloadKind.GATEWAY, Optional.empty(), address);
    draft.gateways.put(
        name,
        new Gateway(
            name,
            List.of(behind),
            Map.of(),
            Optional.empty(),
            Map.of(),
            Gateway.Identity.NONE,
            Gateway.Sessions.DEFAULT,
            Gateway.Limits.NONE,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            draft.here()));
    return this;
  }

  /** A tenant with one workload as its member, that owns collections by a pattern. */
  public BlueprintSketch tenant(String name, String member, String collections) {
    draft.tenants.put(
        name,
        new Tenant(
            name,
            List.of(new Tenant.Member.Spiffe(id(member))),
            Separation.NAMES,
            Optional.empty(),
            List.of(new NamePattern(collections)),
            Optional.empty(),
            Optional.empty(),
            draft.here()));
    return this;
  }

  /** A tenant with one workload as its member, that has rows in a shared collection. */
  public BlueprintSketch rows(String name, String member, String collection, String key) {
    draft.tenants.put(
        name,
        new Tenant(
            name,
            List.of(new Tenant.Member.Spiffe(id(member))),
            Separation.FILTER,
            Optional.empty(),
            List.of(),
            Optional.of(new Tenant.Rows(collection, key)),
            Optional.empty(),
            draft.here()));
    return this;
  }

  public BlueprintSketch role(String name, Action... actions) {
    draft.roles.put(name, new Role(name, Set.of(actions), draft.here()));
    return this;
  }

  public BlueprintSketch resolver(String workload) {
    draft.resolvers.add(workload);
    return this;
  }

  public BlueprintSketch managedFrom(String workload) {
    draft.management =
        Optional.of(new Management(List.of(end(workload)), PortSet.parse("22/tcp"), draft.here()));
    return this;
  }

  /** A direct rule. */
  public BlueprintSketch rule(String name, String from, String to) {
    return rule(name, from, to, Optional.empty());
  }

  public BlueprintSketch rule(String name, String from, String to, Encryption encryption) {
    return rule(name, from, to, Optional.of(encryption));
  }

  private BlueprintSketch rule(
      String name, String from, String to, Optional<Encryption> encryption) {
    draft.access.add(
        AccessRule.direct(
            name,
            AccessRule.Origin.ACCESS,
            List.of(end(from)),
            List.of(end(to)),
            encryption,
            draft.here()));
    return this;
  }

  public BlueprintSketch egress(String name, String from, String to) {
    rule(name, from, to);
    AccessRule rule = draft.access.removeLast();
    draft.egress.add(
        AccessRule.direct(
            name, AccessRule.Origin.EGRESS, rule.from(), rule.to(), Optional.empty(), rule.at()));
    return this;
  }

  /** A rule through a gateway; {@code all:} before the collections means {@code tenants: all}. */
  public BlueprintSketch through(
      String gateway, String name, String from, String to, String role, String collections) {
    return through(gateway, name, from, to, role, collections, Optional.empty());
  }

  /** The same, under a condition. */
  public BlueprintSketch through(
      String gateway,
      String name,
      String from,
      String to,
      String role,
      String collections,
      String when) {
    Optional<Condition> condition = Optional.of(new Condition(when, draft.here()));
    return through(gateway, name, from, to, role, collections, condition);
  }

  private BlueprintSketch through(
      String gateway,
      String name,
      String from,
      String to,
      String role,
      String collections,
      Optional<Condition> when) {
    boolean all = collections.startsWith("all:");
    String listed = all ? collections.substring("all:".length()) : collections;
    draft.access.add(
        new AccessRule(
            name,
            AccessRule.Origin.ACCESS,
            List.of(end(from)),
            List.of(end(to)),
            Optional.of(gateway),
            Optional.of(role),
            listed.isEmpty() ? List.of() : List.of(new NamePattern(listed)),
            all,
            Optional.empty(),
            when,
            Optional.empty(),
            draft.here()));
    return this;
  }

  public BlueprintSketch never(String name, String from, String to, String... except) {
    draft.guardrails.add(
        new Guardrail.Never(
            name, List.of(end(from)), List.of(end(to)), List.of(except), draft.here()));
    return this;
  }

  public BlueprintSketch only(String name, String from, String to, String... except) {
    draft.guardrails.add(
        new Guardrail.Only(
            name, List.of(end(from)), List.of(end(to)), List.of(except), draft.here()));
    return this;
  }

  public BlueprintSketch unreachable(String name, String place) {
    draft.guardrails.add(
        new Guardrail.Unreachable(name, List.of(end(place)), List.of(), draft.here()));
    return this;
  }

  public BlueprintSketch isolated(String name) {
    draft.guardrails.add(new Guardrail.Isolated(name, draft.here()));
    return this;
  }

  public BlueprintSketch contained(String name, String compromise, String... within) {
    draft.guardrails.add(
        new Guardrail.Contained(
            name,
            List.of(end(compromise)),
            Stream.of(within).map(this::end).toList(),
            Optional.empty(),
            draft.here()));
    return this;
  }

  /** The same, with a bound on the collections reached. */
  public BlueprintSketch containedTo(
      String name, String compromise, String collections, String... within) {
    draft.guardrails.add(
        new Guardrail.Contained(
            name,
            List.of(end(compromise)),
            Stream.of(within).map(this::end).toList(),
            Optional.of(List.of(new NamePattern(collections))),
            draft.here()));
    return this;
  }

  private Endpoint end(String text) {
    int space = text.indexOf(' ');
    if (space > 0) {
      PortSet ports = PortSet.parse(text.substring(space + 1));
      Endpoint.Ports.Explicit explicit = new Endpoint.Ports.Explicit(ports);
      return new Endpoint(place(text.substring(0, space)), explicit, draft.here());
    }
    int slash = text.indexOf('/');
    if (slash > 0 && draft.workloads.containsKey(text.substring(0, slash))) {
      Endpoint.Ports.OfService service = new Endpoint.Ports.OfService(text.substring(slash + 1));
      return new Endpoint(place(text.substring(0, slash)), service, draft.here());
    }
    return new Endpoint(place(text), new Endpoint.Ports.Any(), draft.here());
  }

  private Place place(String text) {
    if (draft.workloads.containsKey(text)) {
      return new Place.OfWorkload(text);
    } else if (draft.segments.containsKey(text)) {
      return new Place.OfSegment(text);
    } else if (text.equals(Blueprint.INTERNET)) {
      return new Place.Internet();
    } else if (text.startsWith("fqdn:")) {
      return new Place.OfFqdn(text.substring("fqdn:".length()));
    }
    return new Place.OfPrefix(Prefix.parse(text));
  }

  /** A router with addresses of its own, and an interface to each segment that bears its name. */
  public BlueprintSketch router(String name, List<String> addresses, String... segments) {
    draft.routers.put(
        name,
        new Router(
            name,
            Stream.of(segments).collect(Collectors.toMap(s -> s, s -> s)),
            addresses.stream().map(Address::parse).toList(),
            draft.here()));
    return this;
  }

  public Blueprint blueprint() {
    return draft.blueprint();
  }
}
