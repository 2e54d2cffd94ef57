package io.ringfence.gateway.engine.shelf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.request.Touch;
import io.ringfence.gateway.testing.TestingExchange;
import io.ringfence.gateway.testing.TestingNames;
import io.ringfence.model.Action;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Separation;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tenant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the guide promises of its example. */
class ShelfProtocolTest {
  private static final Scope NAMES =
      scope(Separation.NAMES, new TestingNames("acme-", List.of("globex-")));
  private static final Scope ROWS = scope(Separation.FILTER, TestingNames.PLAIN);

  private final Deque<HttpAnswer> answers = new ArrayDeque<>();
  private final TestingExchange<HttpCall, HttpAnswer> exchange =
      new TestingExchange<>(new ShelfProtocol(), call -> answers.remove());

  private static Scope scope(Separation separation, TestingNames names) {
    Optional<Tenant.Rows> rows =
        separation == Separation.FILTER
            ? Optional.of(new Tenant.Rows("shared", "owner"))
            : Optional.empty();
    Tenant tenant =
        new Tenant(
            "acme",
            List.of(),
            separation,
            Optional.empty(),
            List.of(new NamePattern("acme-*")),
            rows,
            Optional.empty(),
            SourceLocation.BUILT_IN);
    return new Scope(Optional.of(tenant), names);
  }

  private void given(int status, String json) {
    answers.add(new HttpAnswer(status, Optional.of("application/json"), json.getBytes(UTF_8)));
  }

  private String send(String method, String path, String body, Scope scope) {
    HttpAnswer answer =
        exchange.run(
            new HttpCall(
                method,
                Arrays.asList(path.split("/")),
                Map.of(),
                Optional.of("application/json"),
                body.getBytes(UTF_8)),
            scope);
    return answer.status() + " " + new String(answer.body(), UTF_8);
  }

  private String asked() {
    HttpCall call = exchange.asked().getLast();
    return call.method()
        + " "
        + String.join("/", call.path())
        + " "
        + new String(call.body(), UTF_8);
  }

  @Test
  void classifiesASearchAndScopesItByName() {
    given(200, "[{\"id\":\"n1\",\"text\":\"hello\"}]");
    assertEquals(
        "200 [{\"id\":\"n1\",\"text\":\"hello\"}]",
        send("POST", "shelves/docs/search", "{\"vector\":[0.1,0.2]}", NAMES));
    assertEquals("POST shelves/acme-docs/search {\"vector\":[0.1,0.2],\"limit\":10}", asked());
    assertEquals(
        new Operation(
            "shelf.search",
            List.of(Touch.of(Action.QUERY, "acme-docs")),
            new Operation.Size(1, 10)),
        exchange.operation());
  }

  @Test
  void scopesASearchOfASharedShelfByItsRows() {
    given(200, "[{\"id\":\"acme/n1\",\"text\":\"hello\",\"owner\":\"acme\"}]");
    assertEquals(
        "200 [{\"id\":\"n1\",\"text\":\"hello\"}]",
        send("POST", "shelves/shared/search", "{\"vector\":[1],\"limit\":3}", ROWS));
    assertEquals(
        "POST shelves/shared/search {\"vector\":[1],\"limit\":3,\"where\":{\"owner\":\"acme\"}}",
        asked());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{\"id\":\"acme/n1\",\"owner\":\"acme\"},{\"id\":\"globex/n1\",\"owner\":\"globex\"}]",
        "[{\"id\":\"globex/n1\",\"owner\":\"acme\"}]",
        "[{\"id\":\"acme/n1\",\"owner\":[\"acme\",\"globex\"]}]",
        "[{\"id\":\"acme/n1\"}]",
        "[\"acme/n1\"]",
        "{}"
      })
  void withholdsTheWholeAnswerWhereOneNoteIsNotTheTenants(String answer) {
    given(200, answer);
    String shown = send("POST", "shelves/shared/search", "{\"vector\":[1]}", ROWS);
    assertTrue(shown.startsWith("500 {\"code\":\"BROKEN\""), shown);
  }

  @Test
  void aNoteIsStoredUnderTheTenantsOwnId() {
    given(200, "[{\"id\":\"acme/n1\",\"owner\":\"acme\",\"text\":\"hi\"}]");
    send("PUT", "shelves/shared/notes", "{\"id\":\"n1\",\"vector\":[1],\"text\":\"hi\"}", ROWS);
    assertEquals(
        "PUT shelves/shared/notes"
            + " {\"id\":\"acme/n1\",\"vector\":[1],\"text\":\"hi\",\"owner\":\"acme\"}",
        asked());
  }

  @Test
  void listingShowsOnlyOnesOwn() {
    given(200, "[\"acme-docs\",\"globex-docs\",\"other\"]");
    assertEquals("200 [\"docs\"]", send("GET", "shelves", "", NAMES));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PATCH | shelves/docs | '' | 403",
        "POST | shelves/docs/search | {\"vector\":[1],\"filter\":{}} | 400",
        "POST | shelves/docs/search | {\"vector\":[1],\"vector\":[2]} | 400",
        "POST | shelves/docs/search | {\"vector\":1} | 400",
        "PUT | shelves/docs/notes |"
            + " {\"id\":\"n\",\"vector\":[1],\"text\":\"t\",\"owner\":\"globex\"} | 400",
        "POST | shelves/globex-docs/search | {\"vector\":[1]} | 404",
        "POST | shelves/acme-docs/search | {\"vector\":[1]} | 404"
      })
  void refusesWhatItDoesNotUnderstandWholly(
      String method, String path, String body, String status) {
    String shown = send(method, path, body, NAMES);
    assertTrue(shown.startsWith(status + " "), shown);
    assertEquals(List.of(), exchange.asked());
  }

  @Test
  void aSharedShelfIsNobodysToDrop() {
    assertTrue(send("DELETE", "shelves/shared", "", ROWS).startsWith("400 "));
    given(200, "{}");
    assertEquals("200 {}", send("DELETE", "shelves/docs", "", NAMES));
    assertEquals("DELETE shelves/acme-docs ", asked());
  }

  @Test
  void whatTheDatabaseSaysOfAnErrorStaysWithUs() {
    given(404, "{\"code\":\"NO_SUCH_SHELF\",\"reason\":\"acme-docs is not among globex-docs\"}");
    assertEquals(
        "404 {\"code\":\"NO_SUCH_SHELF\",\"reason\":\"no such shelf\"}",
        send("POST", "shelves/docs/search", "{\"vector\":[1]}", NAMES));
  }
}
