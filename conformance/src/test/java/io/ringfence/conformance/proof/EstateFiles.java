package io.ringfence.conformance.proof;

import io.ringfence.language.SourceFile;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Place;
import io.ringfence.model.PortRange;
import io.ringfence.model.Selector;
import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes a large estate as the files of a blueprint, for the command line to load. */
final class EstateFiles {
  /** So many entries a file, so that each stays well within the language's limits. */
  private static final int ENTRIES_PER_FILE = 20_000;

  private static final String HEAD = "ringfence: v1\n";

  private final Blueprint blueprint;
  private final List<SourceFile> files = new ArrayList<>();

  private EstateFiles(Blueprint blueprint) {
    this.blueprint = blueprint;
  }

  static List<SourceFile> of(Blueprint blueprint) {
    EstateFiles out = new EstateFiles(blueprint);
    out.addShared();
    out.add("workloads", blueprint.workloads().values().stream().map(out::workload));
    out.add("tenants", blueprint.tenants().values().stream().map(EstateFiles::tenant));
    out.add("access", blueprint.access().stream().map(EstateFiles::rule));
    out.add("egress", blueprint.egress().stream().map(EstateFiles::rule));
    out.add("guardrails", blueprint.guardrails().stream().map(EstateFiles::guardrail));
    return out.files;
  }

  private void addShared() {
    StringBuilder text = new StringBuilder(HEAD + "name: " + blueprint.name() + "\nsegments:\n");
    blueprint
        .segments()
        .values()
        .forEach(
            s ->
                text.append(
                    "  %s: { tier: %s, networks: %s, isolation: %s }\n"
                        .formatted(s.name(), s.tier().text(), s.networks(), s.isolation().text())));
    text.append("resolvers: " + blueprint.resolvers() + "\nroles:\n");
    blueprint
        .roles()
        .values()
        .forEach(
            r ->
                text.append(
                    "  %s: { actions: [%s] }\n"
                        .formatted(r.name(), joined(r.actions().stream().map(a -> a.text())))));
    text.append("gateways:\n");
    blueprint
        .gateways()
        .values()
        .forEach(
            g -> text.append("  %s: { in-front-of: %s }\n".formatted(g.name(), g.inFrontOf())));
    blueprint
        .management()
        .ifPresent(
            m ->
                text.append("management: { from: ")
                    .append(ends(m.from()))
                    .append(", ports: [")
                    .append(joined(m.ports().ranges().stream().map(PortRange::toString)))
                    .append("] }\n"));
    files.add(new SourceFile("estate.yaml", text.toString()));
  }

  private void add(String section, Stream<String> entries) {
    List<String> all = entries.toList();
    for (int i = 0; i < all.size(); i += ENTRIES_PER_FILE) {
      List<String> part = all.subList(i, Math.min(all.size(), i + ENTRIES_PER_FILE));
      String name = "%s-%03d.yaml".formatted(section, i / ENTRIES_PER_FILE);
      String lines = part.stream().map(e -> "  " + e + "\n").collect(Collectors.joining());
      files.add(new SourceFile(name, HEAD + section + ":\n" + lines));
    }
  }

  private String workload(Workload workload) {
    String engine = workload.engine().map(e -> ", engine: " + e).orElse("");
    boolean gateway = blueprint.gateways().containsKey(workload.name());
    String services =
        joined(
            workload.services().values().stream()
                .filter(s -> workload.engine().isEmpty())
                .map(s -> s.name() + ": { ports: " + ports(s.ports().ranges()) + " }"));
    return "%s: { segment: %s, addresses: %s, kind: %s%s%s, labels: { %s }%s }"
        .formatted(
            workload.name(),
            workload.segment(),
            workload.addresses(),
            workload.kind().text(),
            workload.identity().map(id -> ", identity: " + id).orElse(""),
            engine,
            labels(workload.labels()),
            services.isEmpty() || gateway ? "" : ", services: { " + services + " }");
  }

  private static String tenant(Tenant tenant) {
    return "%s: { members: [%s], separation: names, prefix: %s, collections: [%s] }"
        .formatted(
            tenant.name(),
            joined(tenant.members().stream().map(m -> ((Tenant.Member.Spiffe) m).id())),
            tenant.prefix().orElseThrow(),
            joined(tenant.collections().stream().map(c -> "\"" + c + "\"")));
  }

  private static String rule(AccessRule rule) {
    String through =
        rule.through()
            .map(
                g ->
                    ", through: %s, role: %s, collections: [%s]"
                        .formatted(
                            g,
                            rule.role().orElseThrow(),
                            joined(rule.collections().stream().map(c -> "\"" + c + "\""))))
            .orElse("");
    return "- { name: %s, from: %s, to: %s%s%s }"
        .formatted(
            rule.name(),
            ends(rule.from()),
            ends(rule.to()),
            through,
            rule.encryption().map(e -> ", encryption: " + e.text()).orElse(""));
  }

  private static String guardrail(Guardrail guardrail) {
    String body =
        switch (guardrail) {
          case Guardrail.Never g ->
              "never: { from: " + ends(g.from()) + ", to: " + ends(g.to()) + " }";
          case Guardrail.Only g ->
              "only: { from: " + ends(g.from()) + ", to: " + ends(g.to()) + " }";
          case Guardrail.Unreachable g -> "unreachable: " + ends(g.places());
          case Guardrail.Isolated g -> "isolated: tenants";
          case Guardrail.Contained g ->
              "contained: { compromise: "
                  + ends(g.compromise())
                  + ", within: "
                  + ends(g.within())
                  + " }";
        };
    return "- { name: " + guardrail.name() + ", " + body + " }";
  }

  private static String ends(List<Endpoint> ends) {
    return ends.size() == 1
        ? end(ends.getFirst())
        : "[" + joined(ends.stream().map(EstateFiles::end)) + "]";
  }

  private static String end(Endpoint end) {
    return switch (end.ports()) {
      case Endpoint.Ports.Any p when end.place() instanceof Place.OfWorkload w -> w.workload();
      case Endpoint.Ports.Any p when end.place() instanceof Place.OfSegment s -> s.segment();
      case Endpoint.Ports.Any p when end.place() instanceof Place.Internet -> Blueprint.INTERNET;
      case Endpoint.Ports.Any p -> "{ " + place(end.place()) + " }";
      case Endpoint.Ports.OfService p ->
          ((Place.OfWorkload) end.place()).workload() + "/" + p.service();
      case Endpoint.Ports.Explicit p ->
          "{ " + place(end.place()) + ", ports: " + ports(p.ports().ranges()) + " }";
    };
  }

  private static String place(Place place) {
    return switch (place) {
      case Place.OfWorkload p -> "workload: " + p.workload();
      case Place.OfSegment p -> "segment: " + p.segment();
      case Place.OfSelector p -> "select: " + selector(p.selector());
      case Place.OfPrefix p -> "cidr: " + p.prefix();
      case Place.OfFqdn p -> "fqdn: " + p.fqdn();
      case Place.Internet p -> throw new IllegalArgumentException("no estate has such an end");
      case Place.OfTenant p -> throw new IllegalArgumentException("no estate has such an end");
    };
  }

  private static String selector(Selector selector) {
    String expressions =
        joined(
            selector.matchExpressions().stream()
                .map(
                    r ->
                        "{ key: %s, operator: %s, values: %s }"
                            .formatted(r.key(), r.operator().text(), r.values())));
    return "{ matchLabels: { "
        + labels(selector.matchLabels())
        + " }"
        + (expressions.isEmpty() ? "" : ", matchExpressions: [" + expressions + "]")
        + " }";
  }

  private static String labels(Map<String, String> labels) {
    return joined(labels.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()));
  }

  private static String ports(List<PortRange> ranges) {
    return "[" + joined(ranges.stream().map(PortRange::toString)) + "]";
  }

  private static String joined(Stream<String> texts) {
    return texts.collect(Collectors.joining(", "));
  }
}
