package io.ringfence.gateway.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.ringfence.gateway.identity.Authenticator;
import io.ringfence.gateway.identity.Identified;
import io.ringfence.gateway.policy.Credentials;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.wire.Answerer;
import io.ringfence.gateway.wire.Asker;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * The operator's door at an address: by mTLS, for the blueprint's approvers, and for those whom an
 * access rule lets come there, who may look.
 */
public final class OperatorAnswerer implements Answerer<HttpCall, HttpAnswer> {
  private final OperatorRoutes routes;
  private final Authenticator authenticator;
  private final Predicate<String> approvers;
  private final Predicate<String> lookers;
  private final InstantSource clock;

  /**
   * @param authenticator takes certificates
   * @param approvers by SPIFFE ID
   * @param lookers by SPIFFE ID
   */
  public OperatorAnswerer(
      OperatorRoutes routes,
      Authenticator authenticator,
      Predicate<String> approvers,
      Predicate<String> lookers,
      InstantSource clock) {
    this.routes = routes;
    this.authenticator = authenticator;
    this.approvers = approvers;
    this.lookers = lookers;
    this.clock = clock;
  }

  @Override
  public CompletionStage<HttpAnswer> answer(Asker asker, HttpCall request) {
    try {
      Operator operator = operator(asker);
      CompletableFuture<HttpAnswer> out = new CompletableFuture<>();
      // What operators ask for may wait for a disk or a database.
      Thread.startVirtualThread(() -> out.complete(routes.answer(operator, request)));
      return out.exceptionally(e -> refuse(new Refusal(Refusal.Kind.UNAVAILABLE, "it failed")));
    } catch (RefusedException e) {
      return CompletableFuture.completedStage(refuse(e.refusal()));
    }
  }

  private Operator operator(Asker asker) throws RefusedException {
    Identified identified = authenticator.authenticate(asker.proofs());
    Credentials credentials = identified.credentials();
    String id =
        credentials
            .spiffeId()
            .orElseThrow(
                () ->
                    new RefusedException(
                        Refusal.Kind.UNAUTHENTICATED, "a client certificate is needed"));
    boolean live = clock.instant().isBefore(identified.until());
    if (live && approvers.test(id)) {
      return new Operator(identified.name(), Operator.Right.APPROVE, Optional.of(identified));
    }
    if (live && lookers.test(id)) {
      return new Operator(identified.name(), Operator.Right.LOOK, Optional.of(identified));
    }
    throw new RefusedException(Refusal.Kind.DENIED, "this is the operators' door");
  }

  @Override
  public HttpAnswer refuse(Refusal refusal) {
    int status =
        switch (refusal.kind()) {
          case MALFORMED, UNSUPPORTED -> 400;
          case UNAUTHENTICATED -> 401;
          case DENIED -> 403;
          case NOT_FOUND -> 404;
          case TOO_LARGE -> 413;
          case TOO_MANY -> 429;
          case WITHHELD -> 500;
          case UNAVAILABLE -> 503;
          case TIMED_OUT -> 504;
        };
    String body = JsonNodeFactory.instance.objectNode().put("error", refusal.text()).toString();
    return new HttpAnswer(
        status, Optional.of("application/json"), body.getBytes(StandardCharsets.UTF_8));
  }
}
