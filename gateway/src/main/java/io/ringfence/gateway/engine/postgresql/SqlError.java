package io.ringfence.gateway.engine.postgresql;

import io.ringfence.gateway.request.Refusal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An error as the client sees it: severity, SQLSTATE and a text. DETAIL, HINT, CONTEXT, places and
 * names of what it did not name itself stay with the gateway.
 */
public record SqlError(String severity, String state, String text) {
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

  /** Texts that never say what is in the database, by SQLSTATE. */
  private static final Map<String, String> TEXTS =
      Map.ofEntries(
          Map.entry("23502", "a value is null where none may be"),
          Map.entry("23503", "a foreign key's constraint is violated"),
          Map.entry("23505", "duplicate key value violates a unique constraint"),
          Map.entry("23514", "a check constraint is violated"),
          Map.entry(
              "25P02",
              "current transaction is aborted, commands ignored until end of transaction block"),
          Map.entry("40001", "could not serialize access"),
          Map.entry("40P01", "deadlock detected"),
          Map.entry("42501", "permission denied"),
          Map.entry("57014", "canceling statement due to a timeout or the user's request"),
          Map.entry("57P01", "terminating connection"));

  /** By the first two characters of the SQLSTATE. */
  private static final Map<String, String> CLASSES =
      Map.of(
          "08", "the connection fails",
          "22", "a value is not what is wanted",
          "23", "a constraint is violated",
          "25", "the transaction is not in the state for this",
          "2B", "other objects depend on it",
          "40", "the transaction is rolled back",
          "42", "the statement is not accepted by the database",
          "53", "the database lacks resources",
          "54", "the statement is past a limit of the database",
          "57", "the database ends what it did");

  /** A refusal of the gateway's. */
  public static SqlError of(Refusal refusal) {
    return new SqlError("ERROR", state(refusal), refusal.text());
  }

  private static String state(Refusal refusal) {
    if (refusal.kind() == Refusal.Kind.NOT_FOUND) {
      // Drivers prepare again what is gone.
      if (refusal.text().startsWith("prepared statement")) {
        return "26000";
      }
      if (refusal.text().startsWith("portal") || refusal.text().startsWith("cursor")) {
        return "34000";
      }
    }
    return state(refusal.kind());
  }

  /** The same, where the connection ends with it. */
  public SqlError fatal() {
    return new SqlError("FATAL", state, text);
  }

  private static String state(Refusal.Kind kind) {
    return switch (kind) {
      case MALFORMED -> "42601";
      case UNAUTHENTICATED -> "28000";
      case DENIED, WITHHELD -> "42501";
      case NOT_FOUND -> "42P01";
      case UNSUPPORTED -> "0A000";
      case TOO_LARGE -> "54000";
      case TOO_MANY -> "53400";
      case UNAVAILABLE -> "57P03";
      case TIMED_OUT -> "57014";
    };
  }

  /**
   * What a client sees of a database's error.
   *
   * @param names the client's names by the server's, of all that its statement names
   */
  public static SqlError of(
      String severity, String state, String message, Map<String, String> names) {
    String known = state.matches("[0-9A-Z]{5}") ? state : "XX000";
    return new SqlError(
        severity, known, said(known, message, names).orElseGet(() -> general(known)));
  }

  private static String general(String state) {
    String text = TEXTS.get(state);
    return text != null
        ? text
        : CLASSES.getOrDefault(state.substring(0, 2), "the database refuses the statement");
  }

  /** What may be said of a database's own words; empty where nothing may. */
  static Optional<String> said(String state, String message, Map<String, String> names) {
    if (TEXTS.containsKey(state)) {
      return Optional.empty();
    }
    return switch (state.substring(0, 2)) {
      // What a value is not: the value itself stands behind a colon or in quotes.
      case "22" -> Optional.of(message.split("[:\"]", 2)[0].strip());
      case "42", "0A", "26", "34", "00" -> named(message, names);
      default -> Optional.empty();
    };
  }

  /** With every name in quotes in the client's words, if all are of its statement. */
  private static Optional<String> named(String message, Map<String, String> names) {
    StringBuilder out = new StringBuilder();
    Matcher quoted = QUOTED.matcher(message);
    while (quoted.find()) {
      String client = names.get(quoted.group(1));
      if (client == null) {
        return Optional.empty();
      }
      quoted.appendReplacement(out, Matcher.quoteReplacement("\"" + client + "\""));
    }
    quoted.appendTail(out);
    boolean bare =
        names.entrySet().stream()
            .anyMatch(n -> !n.getKey().equals(n.getValue()) && bare(message, n.getKey()));
    return bare ? Optional.empty() : Optional.of(out.toString());
  }

  /** A server's name outside quotes. */
  private static boolean bare(String message, String name) {
    return QUOTED.matcher(message).replaceAll("").contains(name);
  }
}
