package io.ringfence.model.testing;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.BlueprintTest;
import io.ringfence.model.Gateway;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Host;
import io.ringfence.model.Link;
import io.ringfence.model.Management;
import io.ringfence.model.Role;
import io.ringfence.model.Router;
import io.ringfence.model.Segment;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A blueprint in the making. */
final class Draft {
  final String name;
  final Dice dice;
  final Map<String, Segment> segments = new LinkedHashMap<>();
  final Map<String, Workload> workloads = new LinkedHashMap<>();
  final List<String> resolvers = new ArrayList<>();
  Optional<Management> management = Optional.empty();
  final Map<String, Tenant> tenants = new LinkedHashMap<>();
  final Map<String, Role> roles = new LinkedHashMap<>();
  final Map<String, Gateway> gateways = new LinkedHashMap<>();
  final List<AccessRule> access = new ArrayList<>();
  final List<AccessRule> egress = new ArrayList<>();
  final List<Guardrail> guardrails = new ArrayList<>();
  final List<BlueprintTest> tests = new ArrayList<>();
  final Map<String, Host> hosts = new LinkedHashMap<>();
  final Map<String, Router> routers = new LinkedHashMap<>();
  final List<Link> links = new ArrayList<>();
  final Set<Address> claimed = new HashSet<>();
  private final Set<Feature> features;
  private int line = 2;

  Draft(String name, Dice dice, Set<Feature> features) {
    this.name = name;
    this.dice = dice;
    this.features = features;
  }

  boolean has(Feature feature) {
    return features.contains(feature);
  }

  /** The next line of the file that nobody wrote. */
  SourceLocation here() {
    return new SourceLocation(name + ".yaml", ++line, 5);
  }

  Blueprint blueprint() {
    return new Blueprint(
        name,
        segments,
        workloads,
        resolvers,
        management,
        tenants,
        roles,
        gateways,
        access,
        egress,
        guardrails,
        tests,
        hosts,
        routers,
        links);
  }
}
