package io.ringfence.gateway.limit;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.testing.TestingNames;
import io.ringfence.model.Address;
import io.ringfence.model.Gateway;
import io.ringfence.model.Principal;
import io.ringfence.model.Separation;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tenant;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Each limit, at it and one past it. */
class RequestLimitsTest {
  private final AtomicLong now = new AtomicLong();

  private static Gateway.Rate rate(int count, Gateway.Rate.Scope scope) {
    return new Gateway.Rate(count, Duration.ofMinutes(1), scope);
  }

  private RequestLimits limits(Gateway.Rate... rates) {
    return new RequestLimits(
        new Gateway.Limits(
            List.of(rates),
            Optional.of(10),
            Optional.empty(),
            Optional.empty(),
            Optional.of(5),
            Optional.empty(),
            Optional.empty(),
            Optional.of(3)),
        now::get);
  }

  private static Caller caller(String id, Optional<Tenant> tenant) {
    return new Caller(
        Principal.of(id),
        Address.parse("10.0.0.1"),
        new Scope(tenant, TestingNames.PLAIN),
        Map.of());
  }

  private static Tenant tenant(String name) {
    return new Tenant(
        name,
        List.of(),
        Separation.NAMES,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        SourceLocation.BUILT_IN);
  }

  private static Operation sized(int batch, int topK) {
    return new Operation("op", List.of(), new Operation.Size(batch, topK));
  }

  private static Refusal refusal(org.junit.jupiter.api.function.Executable work) {
    return assertThrows(RefusedException.class, work).refusal();
  }

  @Test
  void ratePerPrincipal() {
    RequestLimits limits = limits(rate(2, Gateway.Rate.Scope.PRINCIPAL));
    Caller a = caller("spiffe://x/a", Optional.empty());
    assertDoesNotThrow(() -> limits.request(a));
    assertDoesNotThrow(() -> limits.request(a));
    assertEquals(
        new Refusal(
            Refusal.Kind.TOO_MANY,
            "more than 2 requests in 1m per principal",
            Optional.of(Duration.ofSeconds(30))),
        refusal(() -> limits.request(a)));
    assertDoesNotThrow(() -> limits.request(caller("spiffe://x/b", Optional.empty())));
  }

  @Test
  void ratePerTenant() {
    RequestLimits limits = limits(rate(2, Gateway.Rate.Scope.TENANT));
    Optional<Tenant> acme = Optional.of(tenant("acme"));
    assertDoesNotThrow(() -> limits.request(caller("spiffe://x/a", acme)));
    assertDoesNotThrow(() -> limits.request(caller("spiffe://x/b", acme)));
    assertEquals(
        "more than 2 requests in 1m per tenant",
        refusal(() -> limits.request(caller("spiffe://x/c", acme))).text());
    for (int i = 0; i < 3; i++) {
      assertDoesNotThrow(() -> limits.request(caller("spiffe://x/c", Optional.empty())));
    }
  }

  @Test
  void ratePerOperation() {
    RequestLimits limits = limits(rate(1, Gateway.Rate.Scope.OPERATION));
    Caller a = caller("spiffe://x/a", Optional.empty());
    assertDoesNotThrow(() -> limits.operation(a, Operation.greeting("one")));
    assertDoesNotThrow(() -> limits.operation(a, Operation.greeting("two")));
    assertEquals(
        "more than 1 request in 1m per operation",
        refusal(() -> limits.operation(a, Operation.greeting("one"))).text());
  }

  @Test
  void batchAndTopK() {
    RequestLimits limits = limits();
    Caller a = caller("spiffe://x/a", Optional.empty());
    assertDoesNotThrow(() -> limits.operation(a, sized(5, 10)));
    assertEquals(
        new Refusal(Refusal.Kind.TOO_LARGE, "6 items in one request; at most 5 are taken"),
        refusal(() -> limits.operation(a, sized(6, 10))));
    assertEquals(
        new Refusal(Refusal.Kind.TOO_LARGE, "11 results of one query; at most 10 are taken"),
        refusal(() -> limits.operation(a, sized(5, 11))));
  }

  @Test
  void whatTheBlueprintLeavesOpenIsBoundedToo() {
    assertEquals(Bounds.DEFAULT, Bounds.of(Gateway.Limits.NONE));
    RequestLimits limits = new RequestLimits(Gateway.Limits.NONE, now::get);
    Caller a = caller("spiffe://x/a", Optional.empty());
    assertDoesNotThrow(() -> limits.operation(a, sized(Bounds.DEFAULT.batch(), 0)));
    assertEquals(
        Refusal.Kind.TOO_LARGE,
        refusal(() -> limits.operation(a, sized(Bounds.DEFAULT.batch() + 1, 0))).kind());
  }

  @Test
  void requestsAtOneTimeAtTheLimitAndPastIt() throws RefusedException {
    RequestLimits limits = limits();
    Caller a = caller("spiffe://acme.example/a", Optional.empty());
    Runnable first = limits.request(a);
    limits.request(a);
    limits.request(a);
    RefusedException refused = assertThrows(RefusedException.class, () -> limits.request(a));
    assertEquals(Refusal.Kind.TOO_MANY, refused.refusal().kind());
    limits.request(caller("spiffe://acme.example/b", Optional.empty()));
    first.run();
    first.run(); // once is enough, and twice is not more
    limits.request(a);
    assertThrows(RefusedException.class, () -> limits.request(a));
  }
}
