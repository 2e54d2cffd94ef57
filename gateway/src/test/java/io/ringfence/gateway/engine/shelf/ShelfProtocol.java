package io.ringfence.gateway.engine.shelf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.gateway.engine.Protocol;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.request.JsonFields;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.request.Step;
import io.ringfence.gateway.request.Touch;
import io.ringfence.gateway.request.Understanding;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Understands, scopes, checks and refuses Shelf's REST requests. */
public final class ShelfProtocol implements Protocol<HttpCall, HttpAnswer> {
  private static final Optional<String> MEDIA_TYPE = Optional.of("application/json");

  @Override
  public Understanding<HttpCall, HttpAnswer> understand(HttpCall call, Scope scope)
      throws RefusedException {
    ShelfOperation operation =
        ShelfOperation.of(call.method(), call.path())
            .orElseThrow(
                () ->
                    new RefusedException(
                        Refusal.Kind.DENIED, "the gateway does not know this operation"));
    if (!call.query().isEmpty()) {
      throw JsonFields.malformed("no operation takes query parameters");
    }
    return switch (operation) {
      case LIST -> listing(scope);
      case SEARCH -> records(operation, call, scope, ShelfRequest.Search.parse(call.body()));
      case PUT -> records(operation, call, scope, ShelfRequest.Note.parse(call.body()));
      case DROP -> drop(operation, call, scope);
    };
  }

  /** Everybody may ask; each is shown what is theirs. */
  private static Understanding<HttpCall, HttpAnswer> listing(Scope scope) {
    return new Understanding.Classified<>(
        Operation.greeting(ShelfOperation.LIST.text()),
        () ->
            new Step.Ask<>(
                call("GET", List.of("shelves"), Optional.empty()),
                answer -> {
                  ArrayNode own = JsonNodeFactory.instance.arrayNode();
                  for (JsonNode name : ShelfAnswer.success(answer)) {
                    scope.names().toClient(name.asText()).ifPresent(own::add);
                  }
                  return new Step.Answer<>(answer(200, own));
                }));
  }

  private static Understanding<HttpCall, HttpAnswer> records(
      ShelfOperation operation, HttpCall call, Scope scope, ShelfRequest request)
      throws RefusedException {
    String shelf = scope.names().toServer(call.path().get(1));
    Optional<Scope.Rows> rows = scope.rowsOf(shelf);
    List<Touch> touches = operation.actions().stream().map(a -> Touch.of(a, shelf)).toList();
    List<String> path = List.of("shelves", shelf, call.path().get(2));
    return new Understanding.Classified<>(
        new Operation(operation.text(), touches, request.size()),
        () ->
            new Step.Ask<>(
                call(call.method(), path, Optional.of(request.written(rows))),
                answer ->
                    new Step.Answer<>(
                        answer(200, ShelfAnswer.notes(ShelfAnswer.success(answer), rows)))));
  }

  private static Understanding<HttpCall, HttpAnswer> drop(
      ShelfOperation operation, HttpCall call, Scope scope) throws RefusedException {
    String shelf = scope.names().toServer(call.path().get(1));
    if (scope.rowsOf(shelf).isPresent()) {
      throw new RefusedException(
          Refusal.Kind.UNSUPPORTED, "a shelf that tenants share is not theirs to drop");
    }
    return new Understanding.Classified<>(
        Operation.of(operation.text(), Touch.of(operation.actions().getFirst(), shelf)),
        () ->
            new Step.Ask<>(
                call("DELETE", List.of("shelves", shelf), Optional.empty()),
                answer -> {
                  ShelfAnswer.success(answer);
                  return new Step.Answer<>(answer(200, JsonNodeFactory.instance.objectNode()));
                }));
  }

  @Override
  public HttpAnswer refuse(Refusal refusal) {
    ShelfError error = ShelfError.of(refusal.kind());
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("code", error.name()).put("reason", refusal.text());
    HttpAnswer answer = answer(error.status(), body);
    return new HttpAnswer(
        answer.status(), answer.contentType(), answer.body(), refusal.retryAfter());
  }

  private static HttpCall call(String method, List<String> path, Optional<ObjectNode> body) {
    return new HttpCall(
        method,
        path,
        Map.of(),
        body.isPresent() ? MEDIA_TYPE : Optional.empty(),
        body.map(ShelfRequest.JSON::write).orElseGet(() -> new byte[0]));
  }

  private static HttpAnswer answer(int status, JsonNode body) {
    return new HttpAnswer(status, MEDIA_TYPE, ShelfRequest.JSON.write(body));
  }
}
