package io.ringfence.verifier.subject;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Guardrail;
import io.ringfence.model.Senders;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The flows that a guardrail forbids, whatever the rules say. */
public final class ForbiddenFlows {
  private final NetworkProjection projection;
  private final Directory directory;
  private final GuardrailEnds ends;
  private final Map<Guardrail.Forbids, List<Permit>> boxes;
  private final Set<String> names = new HashSet<>();

  public ForbiddenFlows(NetworkProjection projection) {
    this.projection = projection;
    this.directory = projection.directory();
    this.ends = new GuardrailEnds(directory);
    this.boxes = new LinkedHashMap<>();
    for (Guardrail guardrail : directory.blueprint().guardrails()) {
      if (guardrail instanceof Guardrail.Forbids forbids) {
        boxes.put(forbids, List.copyOf(named(forbids)));
      }
    }
    addNames();
  }

  private ForbiddenFlows(ForbiddenFlows other, NetworkProjection projection) {
    this.projection = projection;
    this.directory = projection.directory();
    this.ends = other.ends;
    this.boxes = other.boxes;
    addNames();
  }

  /** The same guardrails' once some rules are changed. */
  ForbiddenFlows after(NetworkProjection edited) {
    return new ForbiddenFlows(this, edited);
  }

  private void addNames() {
    for (Guardrail.Forbids guardrail : forbidding()) {
      boxes(guardrail).forEach(b -> b.fqdn().ifPresent(names::add));
      exceptions(guardrail).forEach(b -> b.fqdn().ifPresent(names::add));
    }
  }

  /** The exact set, exceptions taken out. */
  public FlowSet of(Guardrail.Forbids guardrail, FlowSpace space) {
    return space.of(boxes(guardrail)).minus(space.of(exceptions(guardrail)));
  }

  /** What any guardrail of the blueprint forbids. */
  public FlowSet all(FlowSpace space) {
    return space.union(forbidding().stream().map(g -> of(g, space)).toList());
  }

  /** The blueprint's guardrails that forbid flows, in its order. */
  public List<Guardrail.Forbids> forbidding() {
    return List.copyOf(boxes.keySet());
  }

  /**
   * The names that guardrails speak of; only where there are none are boxes of what is left exact.
   */
  public Set<String> names() {
    return Collections.unmodifiableSet(names);
  }

  /** Boxes of the flows that the guardrail's words name, exceptions included. */
  public List<Permit> boxes(Guardrail.Forbids guardrail) {
    return boxes.get(guardrail);
  }

  private List<Permit> named(Guardrail.Forbids guardrail) {
    return switch (guardrail) {
      case Guardrail.Never g -> into(g, ends.senders(g.from()), g.to());
      case Guardrail.Only g -> into(g, Senders.others(ends.senders(g.from())), g.to());
      case Guardrail.Unreachable g -> {
        List<Permit> out =
            new ArrayList<>(into(g, List.of(Senders.at(AddressSet.ALL)), g.places()));
        out.addAll(ends.outOf(g.name(), g.at(), ends.senders(g.places())));
        yield out;
      }
    };
  }

  /** What the excepted rules permit. */
  public List<Permit> exceptions(Guardrail.Forbids guardrail) {
    List<Permit> out = new ArrayList<>();
    for (String name : guardrail.except()) {
      out.addAll(projection.of(name));
    }
    return out;
  }

  private List<Permit> into(Guardrail guardrail, List<Senders> from, List<Endpoint> to) {
    return ends.into(guardrail.name(), guardrail.at(), from, to);
  }
}
