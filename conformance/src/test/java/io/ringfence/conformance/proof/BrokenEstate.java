package io.ringfence.conformance.proof;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Encryption;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.testing.LargeEstate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A small estate with rules that break its guardrails, so that there is something to find. */
final class BrokenEstate {
  private static final SourceLocation AT = new SourceLocation("broken.yaml", 1, 1);

  private BrokenEstate() {}

  static Blueprint of(int workloads, int rules, int tenants) {
    Blueprint whole = LargeEstate.of(workloads, rules, tenants);
    List<AccessRule> access = new ArrayList<>(whole.access());
    Place database = new Place.OfWorkload("qdrant0");
    Place vault = new Place.OfSegment("vault");
    access.add(rule("open-database", new Place.Internet(), database, "6333/tcp"));
    access.add(rule("past-the-gateway", new Place.OfSegment("app0"), database, "6334/tcp"));
    access.add(rule("home", database, new Place.Internet(), "443/tcp"));
    access.add(rule("bridge", new Place.OfWorkload("logs"), vault, "22/tcp"));
    return new Blueprint(
        whole.name(),
        whole.segments(),
        whole.workloads(),
        whole.resolvers(),
        whole.management(),
        whole.tenants(),
        whole.roles(),
        whole.gateways(),
        access,
        whole.egress(),
        whole.guardrails(),
        whole.tests(),
        whole.hosts(),
        whole.routers(),
        whole.links());
  }

  private static AccessRule rule(String name, Place from, Place to, String ports) {
    return AccessRule.direct(
        name,
        AccessRule.Origin.ACCESS,
        List.of(new Endpoint(from, new Endpoint.Ports.Any(), AT)),
        List.of(new Endpoint(to, new Endpoint.Ports.Explicit(PortSet.parse(ports)), AT)),
        Optional.<Encryption>empty(),
        AT);
  }
}
