package io.ringfence.language;

import io.ringfence.language.YamlNode.Entry;
import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.model.Blueprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The names declared, those of refused entries too, so that one mistake is reported once. */
final class Names {
  /** The sections whose entries have names. */
  enum Kind {
    SEGMENT("segments", "segment"),
    WORKLOAD("workloads", "workload"),
    HOST("hosts", "host"),
    ROUTER("routers", "router"),
    TENANT("tenants", "tenant"),
    ROLE("roles", "role"),
    GATEWAY("gateways", "gateway");

    private final String section;
    private final String noun;

    Kind(String section, String noun) {
      this.section = section;
      this.noun = noun;
    }
  }

  private final Sections sections;
  private final Problems problems;

  Names(Sections sections, Problems problems) {
    this.sections = sections;
    this.problems = problems;
    for (Kind kind : List.of(Kind.SEGMENT, Kind.WORKLOAD, Kind.ROUTER)) {
      Optional.ofNullable(sections.named(kind.section).get(Blueprint.INTERNET))
          .ifPresent(
              e -> problems.error(e.key().at(), "`internet` is built in; take another name"));
    }
    sections.named(Kind.WORKLOAD.section).forEach(this::shared);
  }

  /** Workloads and segments share one namespace, since an endpoint may name either. */
  private void shared(String name, Entry workload) {
    Entry segment = sections.named(Kind.SEGMENT.section).get(name);
    if (segment != null) {
      problems.error(
          workload.key().at(),
          Said.quote(name)
              + " is a segment already, at "
              + segment.key().at()
              + "; workloads and segments share their names");
    }
  }

  Set<String> declared(Kind kind) {
    return sections.named(kind.section).keySet();
  }

  boolean has(Kind kind, String name) {
    return declared(kind).contains(name);
  }

  /** The name, if it is declared; else that is reported. */
  Optional<String> resolve(Kind kind, Scalar name) {
    if (has(kind, name.text())) {
      return Optional.of(name.text());
    }
    problems.error(name.at(), Said.undeclared(kind.noun, name.text(), declared(kind)));
    return Optional.empty();
  }

  List<String> resolveAll(Kind kind, List<Scalar> names) {
    return names.stream().flatMap(n -> resolve(kind, n).stream()).toList();
  }

  /** What an endpoint may name. */
  List<String> places() {
    List<String> out = new ArrayList<>(declared(Kind.WORKLOAD));
    out.addAll(declared(Kind.SEGMENT));
    out.add(Blueprint.INTERNET);
    return out;
  }
}
