package io.ringfence.cli.graph;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Isolation;
import io.ringfence.model.Mode;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.Segment;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tier;
import io.ringfence.model.Workload;
import io.ringfence.model.WorkloadKind;
import io.ringfence.model.testing.RagPlatform;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Blueprints to draw; of those made here each element has a line of its own. */
public final class TestingBlueprints {
  private final Map<String, Segment> segments = new LinkedHashMap<>();
  private final Map<String, Workload> workloads = new LinkedHashMap<>();
  private final List<AccessRule> access = new ArrayList<>();
  private int line = 1;

  /** The deployment of the documentation: three tiers, two tenants, one Qdrant cluster. */
  public static NetworkProjection ragPlatform() {
    return new NetworkProjection(new Directory(RagPlatform.blueprint()));
  }

  /** Names that would break out of HTML, SVG, DOT or Mermaid if written as they are. */
  public static NetworkProjection hostile() {
    String script = "<script>alert(1)</script>";
    String image = "<img src=x onerror=alert(2)>";
    String signs = "\"'&\\<b>`|{}[]#;\u0000\u202e\n";
    TestingBlueprints b = new TestingBlueprints();
    b.segment(script, Tier.APPLICATION, Isolation.VLAN, "10.0.0.0/24");
    b.segment("a\"]; end -->", Tier.DATABASE, Isolation.MICRO, "10.0.1.0/24");
    b.workload(image, script, "10.0.0.1");
    b.workload(signs, "a\"]; end -->", "10.0.1.1");
    b.access("]]></style><rule>", image, signs);
    return b.projection("</title><script>alert(3)</script>");
  }

  /** So many segments, each with so many workloads, each workload reaching the next segment's. */
  public static NetworkProjection chain(int count, int each) {
    TestingBlueprints b = new TestingBlueprints();
    for (int s = 0; s < count; s++) {
      Isolation isolation = s % 2 == 0 ? Isolation.VLAN : Isolation.MICRO;
      b.segment("s" + s, Tier.values()[s % 3], isolation, "10." + s + ".0.0/16");
      for (int w = 0; w < each; w++) {
        b.workload("w" + s + "-" + w, "s" + s, "10." + s + ".0." + (w + 1));
        if (s > 0) {
          b.access("r" + s + "-" + w, "w" + (s - 1) + "-" + w, "w" + s + "-" + w);
        }
      }
    }
    return b.projection("chain");
  }

  private NetworkProjection projection(String name) {
    return new NetworkProjection(
        new Directory(
            new Blueprint(
                name,
                segments,
                workloads,
                List.of(),
                Optional.empty(),
                Map.of(),
                Map.of(),
                Map.of(),
                access,
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                List.of())));
  }

  private SourceLocation next() {
    return new SourceLocation("a.yaml", line++, 3);
  }

  private void segment(String name, Tier tier, Isolation isolation, String network) {
    segments.put(
        name,
        new Segment(
            name,
            tier,
            List.of(Prefix.parse(network)),
            isolation,
            OptionalInt.empty(),
            OptionalInt.empty(),
            Mode.OBSERVE,
            next()));
  }

  private void workload(String name, String segment, String... addresses) {
    workloads.put(
        name,
        new Workload(
            name,
            segment,
            Stream.of(addresses).map(Address::parse).toList(),
            WorkloadKind.GENERIC,
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            Map.of(),
            next()));
  }

  /** At 80/tcp. */
  private void access(String name, String from, String to) {
    SourceLocation at = next();
    Endpoint.Ports web = new Endpoint.Ports.Explicit(PortSet.parse("80/tcp"));
    access.add(
        new AccessRule(
            name,
            AccessRule.Origin.ACCESS,
            List.of(new Endpoint(new Place.OfWorkload(from), new Endpoint.Ports.Any(), at)),
            List.of(new Endpoint(new Place.OfWorkload(to), web, at)),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            at));
  }
}
