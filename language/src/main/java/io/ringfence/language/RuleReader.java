package io.ringfence.language;

import io.ringfence.language.EndpointReader.Use;
import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Condition;
import io.ringfence.model.ConditionChecker;
import io.ringfence.model.Encryption;
import io.ringfence.model.Endpoint;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Place;
import io.ringfence.model.SessionTerms;
import java.util.List;
import java.util.Optional;

/** Reads {@code access:} and {@code egress:}. */
final class RuleReader {
  /** What only a gateway can enforce. */
  private static final List<String> OPERATION_LAYER =
      List.of("role", "collections", "tenants", "session", "when", "observe");

  private final Reading reading;
  private final EndpointReader endpoints;
  private final RuleNames ruleNames;
  private final Zones zones;
  private final ThroughCheck through;
  private final ConditionChecker conditions;

  RuleReader(
      Reading reading,
      EndpointReader endpoints,
      RuleNames ruleNames,
      Zones zones,
      ThroughCheck through,
      ConditionChecker conditions) {
    this.reading = reading;
    this.endpoints = endpoints;
    this.ruleNames = ruleNames;
    this.zones = zones;
    this.through = through;
    this.conditions = conditions;
  }

  List<AccessRule> access() {
    return reading.sections().list("access").stream()
        .flatMap(n -> Fields.of(n, reading.refused()).flatMap(this::access).stream())
        .toList();
  }

  private Optional<AccessRule> access(Fields fields) {
    int before = reading.problems().errors();
    Optional<String> name = fields.scalar("name").map(ruleNames::rule);
    List<Endpoint> from = endpoints.all(fields, "from", Use.ACCESS_FROM);
    List<Endpoint> to = endpoints.all(fields, "to", Use.ACCESS_TO);
    to.forEach(zones::inside);
    Optional<String> role =
        fields.scalar("role").flatMap(s -> reading.names().resolve(Names.Kind.ROLE, s));
    Optional<Condition> when = fields.scalar("when").map(this::condition);
    if (fields.has("through")) {
      fields.scalar("through").ifPresent(g -> through.check(g, from, to));
      withoutRole(fields);
      observedApproval(fields);
    } else {
      withoutGateway(fields, from);
    }
    boolean refused = fields.has("through") && fields.text("through").isEmpty();
    if (refused
        || name.isEmpty()
        || from.isEmpty()
        || to.isEmpty()
        || reading.problems().errors() > before) {
      return Optional.empty();
    }
    return Optional.of(
        new AccessRule(
            name.get(),
            AccessRule.Origin.ACCESS,
            from,
            to,
            fields.text("through"),
            role,
            collections(fields),
            fields.has("tenants"),
            fields.fields("session").map(RuleReader::session),
            when,
            encryption(fields),
            reading.observedUntil(fields),
            fields.at()));
  }

  /** No packet filter tells operations or members apart. */
  private void withoutGateway(Fields fields, List<Endpoint> from) {
    List<String> gateways = List.copyOf(reading.names().declared(Names.Kind.GATEWAY));
    String instead =
        "; add `through`, "
            + (gateways.isEmpty() ? "and a gateway" : "one of " + Said.list(gateways));
    for (String key : OPERATION_LAYER) {
      fields.map().entries().stream()
          .filter(e -> e.key().text().equals(key))
          .forEach(
              e ->
                  reading
                      .problems()
                      .error(
                          e.key().at(),
                          Said.quote(key) + " is for a gateway to enforce" + instead));
    }
    for (Endpoint endpoint : from) {
      if (endpoint.place() instanceof Place.OfTenant) {
        reading
            .problems()
            .error(endpoint.at(), "only a gateway tells a tenant's members" + instead);
      }
    }
  }

  /** INVARIANT (no role, no action): a rule that says nothing of actions would permit none. */
  private void withoutRole(Fields fields) {
    if (!fields.has("role")) {
      reading
          .problems()
          .error(
              fields.at(),
              "a rule through a gateway permits what its `role` does, and this one has none; "
                  + Said.instead("", "declared", reading.names().declared(Names.Kind.ROLE)));
    }
  }

  /** What a second person must approve is not the rule's verdict alone. */
  private void observedApproval(Fields fields) {
    boolean approved = fields.fields("session").filter(s -> s.has("approval")).isPresent();
    if (approved && fields.has("observe")) {
      reading
          .problems()
          .error(
              fields.at(),
              "`observe` would let pass what somebody else must approve first; leave away `observe`"
                  + " or `approval`");
    }
  }

  private Condition condition(Scalar scalar) {
    for (String problem : conditions.problems(scalar.text())) {
      reading
          .problems()
          .error(scalar.at(), "condition " + Said.quote(scalar.text()) + ": " + problem);
    }
    return new Condition(scalar.text(), scalar.at());
  }

  private static List<NamePattern> collections(Fields fields) {
    return fields.scalars("collections").stream().map(s -> new NamePattern(s.text())).toList();
  }

  private static SessionTerms session(Fields fields) {
    return new SessionTerms(
        fields.text("max").map(Values::duration), fields.text("approval").isPresent());
  }

  private static Optional<Encryption> encryption(Fields fields) {
    return fields.text("encryption").map(t -> Values.word(Encryption.values(), t));
  }

  List<AccessRule> egress() {
    return reading.sections().list("egress").stream()
        .flatMap(n -> Fields.of(n, reading.refused()).flatMap(this::egress).stream())
        .toList();
  }

  private Optional<AccessRule> egress(Fields fields) {
    int before = reading.problems().errors();
    Optional<String> name = fields.scalar("name").map(ruleNames::rule);
    List<Endpoint> from = endpoints.all(fields, "from", Use.EGRESS_FROM);
    List<Endpoint> to = endpoints.all(fields, "to", Use.EGRESS_TO);
    from.forEach(zones::sender);
    to.forEach(zones::outside);
    if (name.isEmpty() || from.isEmpty() || to.isEmpty() || reading.problems().errors() > before) {
      return Optional.empty();
    }
    return Optional.of(
        AccessRule.direct(
            name.get(), AccessRule.Origin.EGRESS, from, to, encryption(fields), fields.at()));
  }
}
