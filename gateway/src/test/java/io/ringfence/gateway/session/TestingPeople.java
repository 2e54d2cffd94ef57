package io.ringfence.gateway.session;

import io.ringfence.gateway.identity.Identified;
import io.ringfence.gateway.identity.Marks;
import io.ringfence.gateway.policy.Credentials;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Gateway;
import io.ringfence.model.Place;
import io.ringfence.model.SessionTerms;
import io.ringfence.model.SourceLocation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Callers, approvers and rules for the tests of sessions. */
public final class TestingPeople {
  static final String ADA = "spiffe://acme.example/people/ada";
  static final String LEAD = "spiffe://acme.example/people/lead";
  static final SourceLocation AT = new SourceLocation("test.yaml", 1, 1);

  private TestingPeople() {}

  /** By a certificate of their own. */
  static Identified person(String id) {
    return new Identified(
        Credentials.of(id),
        id,
        new Marks(Optional.of("a1"), Optional.empty(), Optional.empty()),
        Map.of(),
        Instant.MAX);
  }

  /** By a token alone. */
  static Identified bearer(String issuer, String subject, String mark) {
    return new Identified(
        new Credentials(
            Optional.empty(), Optional.of(new Credentials.Token(issuer, Map.of("sub", subject)))),
        issuer + "#" + subject,
        new Marks(Optional.empty(), Optional.of(mark), Optional.empty()),
        Map.of(),
        Instant.MAX);
  }

  /** By an API key alone, which stands for somebody. */
  static Identified keyed(String id, String key) {
    return new Identified(
        Credentials.of(id),
        id + " with key:" + key,
        new Marks(Optional.empty(), Optional.empty(), Optional.of(key)),
        Map.of(),
        Instant.MAX);
  }

  static AccessRule rule(String name, Optional<Duration> max, boolean approval) {
    Endpoint somewhere =
        new Endpoint(new Place.OfWorkload("w"), new Endpoint.Ports.OfService("rest"), AT);
    return new AccessRule(
        name,
        AccessRule.Origin.ACCESS,
        List.of(somewhere),
        List.of(somewhere),
        Optional.of("gateway"),
        Optional.of("operator"),
        List.of(),
        false,
        Optional.of(new SessionTerms(max, approval)),
        Optional.empty(),
        Optional.empty(),
        AT);
  }

  /** One with these terms, and `lead` as its only approver. */
  public static Gateway gateway(Duration max, Duration recheck) {
    return new Gateway(
        "gateway",
        List.of(),
        Map.of(),
        Optional.empty(),
        Map.of(),
        Gateway.Identity.NONE,
        new Gateway.Sessions(max, recheck),
        Gateway.Limits.NONE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(LEAD),
        AT);
  }
}
