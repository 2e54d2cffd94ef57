package io.ringfence.language;

import io.ringfence.language.EndpointReader.Use;
import io.ringfence.language.YamlNode.Entry;
import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.model.Action;
import io.ringfence.model.BlueprintTest;
import io.ringfence.model.Endpoint;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Principal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code tests:}. */
final class TestReader {
  /** What only a gateway sees of a flow. */
  private static final List<String> OPERATION_LAYER = List.of("as", "tenant", "do", "collection");

  private final Reading reading;
  private final EndpointReader endpoints;

  TestReader(Reading reading, EndpointReader endpoints) {
    this.reading = reading;
    this.endpoints = endpoints;
  }

  List<BlueprintTest> read() {
    return reading.sections().list("tests").stream()
        .flatMap(n -> Fields.of(n, reading.refused()).flatMap(this::test).stream())
        .toList();
  }

  private Optional<BlueprintTest> test(Fields fields) {
    Optional<String> expect = fields.text("expect");
    Map<String, Object> with = facts(fields);
    Optional<Fields> flow = fields.fields("flow");
    return expect.isEmpty()
        ? Optional.empty()
        : flow.flatMap(f -> test(f, expect.get(), with, fields));
  }

  private Optional<BlueprintTest> test(
      Fields flow, String expect, Map<String, Object> with, Fields fields) {
    Optional<Endpoint> from = end(flow, "from", Use.TEST_FROM);
    Optional<Endpoint> to = end(flow, "to", Use.TEST_TO);
    Optional<PortSet> port = port(flow);
    Optional<String> via =
        flow.scalar("via").flatMap(s -> reading.names().resolve(Names.Kind.GATEWAY, s));
    Optional<String> tenant =
        flow.scalar("tenant").flatMap(s -> reading.names().resolve(Names.Kind.TENANT, s));
    Optional<String> as = flow.scalar("as").flatMap(reading.values()::spiffe);
    withoutGateway(flow);
    if (from.isEmpty() || to.isEmpty() || port.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new BlueprintTest(
            expect.equals("permit"),
            from.get(),
            to.get(),
            port.get(),
            via,
            as.isPresent() || tenant.isPresent()
                ? Optional.of(new Principal(as, tenant))
                : Optional.empty(),
            flow.text("do").map(t -> Values.word(Action.values(), t)),
            flow.text("collection"),
            with,
            fields.at()));
  }

  private Optional<Endpoint> end(Fields flow, String key, Use use) {
    return flow.node(key).flatMap(n -> endpoints.read(n, use).stream().findFirst());
  }

  private Optional<PortSet> port(Fields flow) {
    Optional<Scalar> scalar = flow.scalar("port");
    Optional<PortSet> ports = scalar.flatMap(s -> reading.values().ports(List.of(s)));
    boolean several = ports.isPresent() && ports.get().ranges().stream().anyMatch(r -> many(r));
    if (several) {
      reading
          .problems()
          .error(
              scalar.get().at(), "a test names one port, not " + Said.quote(scalar.get().text()));
      return Optional.empty();
    }
    return ports;
  }

  private static boolean many(PortRange range) {
    return range.protocol().isIcmp() ? range.isAll() : range.first() != range.last();
  }

  private void withoutGateway(Fields flow) {
    if (flow.has("via")) {
      return;
    }
    for (Entry entry : flow.map().entries()) {
      if (OPERATION_LAYER.contains(entry.key().text())) {
        reading
            .problems()
            .error(
                entry.key().at(),
                Said.quote(entry.key().text()) + " is what a gateway sees; add `via`");
      }
    }
  }

  private Map<String, Object> facts(Fields fields) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (Entry entry : fields.entries("with")) {
      if (entry.value().value() instanceof Scalar value) {
        new FactReader(reading.problems())
            .read(entry.key(), value)
            .ifPresent(v -> out.put(entry.key().text(), v));
      }
    }
    return out;
  }
}
