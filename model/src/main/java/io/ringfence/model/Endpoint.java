package io.ringfence.model;

/** One end of a rule or guardrail: a place and the ports meant there. */
public record Endpoint(Place place, Ports ports, SourceLocation at) {
  /** The ports of an endpoint. */
  public sealed interface Ports {
    /** None named: every protocol and port (a guardrail's end, or any {@code from}). */
    record Any() implements Ports {}

    /** {@code name/service}: the service's ports at each workload of the place that has it. */
    record OfService(String service) implements Ports {}

    /** Ports written out. */
    record Explicit(PortSet ports) implements Ports {}
  }

  /** The words for it in a message. */
  public String text() {
    return switch (ports) {
      case Ports.Any p -> place.text();
      case Ports.OfService p -> place.text() + "/" + p.service();
      case Ports.Explicit p -> place.text() + " " + p.ports();
    };
  }
}
