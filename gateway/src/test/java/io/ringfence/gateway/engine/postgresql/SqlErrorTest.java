package io.ringfence.gateway.engine.postgresql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.ringfence.gateway.request.Refusal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SqlErrorTest {
  private static final Map<String, String> NAMES =
      Map.of("acme_docs", "docs", "public.acme_docs", "docs", "body", "body");

  private static String shown(String state, String message) {
    return SqlError.of("ERROR", state, message, NAMES).text();
  }

  @Test
  void namesAreTheClients() {
    assertEquals(
        "relation \"docs\" does not exist",
        shown("42P01", "relation \"public.acme_docs\" does not exist"));
    assertEquals(
        "column \"body\" of relation \"docs\" does not exist",
        shown("42703", "column \"body\" of relation \"acme_docs\" does not exist"));
    assertEquals(
        "operator does not exist: text <-> text",
        shown("42883", "operator does not exist: text <-> text"));
  }

  @Test
  void whatTheClientDidNotNameIsNotSaid() {
    for (List<String> row :
        List.of(
            List.of("42P07", "relation \"globex_docs\" already exists"),
            List.of("42703", "column acme_docs.x does not exist"),
            List.of("42501", "permission denied for table globex_docs"),
            List.of("23505", "duplicate key value violates unique constraint \"globex_pkey\""),
            List.of("23503", "insert on table \"globex_docs\" violates a constraint"),
            List.of("2BP01", "cannot drop table globex_docs because others depend on it"),
            List.of("XX000", "cache lookup failed for globex_docs"),
            List.of("nonsense", "globex_docs"),
            List.of("22P02", "invalid input syntax for type integer: \"of globex\""),
            List.of("55000", "globex"))) {
      String shown = shown(row.get(0), row.get(1));
      assertFalse(shown.contains("globex") || shown.contains("acme_"), shown);
    }
    assertEquals(
        "invalid input syntax for type integer",
        shown("22P02", "invalid input syntax for type integer: \"of globex\""));
    assertEquals("expected 3 dimensions, not 2", shown("22000", "expected 3 dimensions, not 2"));
  }

  @Test
  void refusalsHaveStatesThatDriversKnow() {
    assertEquals("42501", SqlError.of(new Refusal(Refusal.Kind.DENIED, "x")).state());
    assertEquals(
        "26000",
        SqlError.of(new Refusal(Refusal.Kind.NOT_FOUND, "prepared statement \"s\" does not exist"))
            .state());
    for (Refusal.Kind kind : Refusal.Kind.values()) {
      assertEquals(5, SqlError.of(new Refusal(kind, "x")).state().length());
    }
  }
}
