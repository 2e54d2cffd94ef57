package io.ringfence.gateway.engine.postgresql;

import io.ringfence.gateway.engine.postgresql.sql.Node;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.model.Separation;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The settings that a client may set and see, and those that the gateway sets. */
public final class Settings {
  /** Numbers, up to a bound of ours. */
  private static final Map<String, Integer> BOUNDED =
      Map.of(
          "hnsw.ef_search", 1_000,
          "hnsw.max_scan_tuples", 1_000_000,
          "hnsw.scan_mem_multiplier", 16,
          "ivfflat.probes", 1_000,
          "ivfflat.max_probes", 1_000,
          "extra_float_digits", 3);

  private static final Map<String, Set<String>> CHOICES =
      Map.of(
          "hnsw.iterative_scan", Set.of("off", "strict_order", "relaxed_order"),
          "ivfflat.iterative_scan", Set.of("off", "relaxed_order"),
          "client_encoding", Set.of("utf8", "utf-8", "unicode"),
          "standard_conforming_strings", Set.of("on", "true"),
          "bytea_output", Set.of("hex", "escape"),
          "intervalstyle", Set.of("postgres", "iso_8601", "sql_standard", "postgres_verbose"));

  /** Any value: it changes how one's own values look. */
  private static final Set<String> FREE = Set.of("datestyle", "timezone", "application_name");

  private static final Set<String> SHOWN =
      Set.of(
          "transaction_isolation",
          "transaction_read_only",
          "default_transaction_isolation",
          "default_transaction_read_only",
          "server_version",
          "server_version_num",
          "server_encoding",
          "statement_timeout",
          "search_path",
          "integer_datetimes",
          "max_identifier_length");

  private static final int IDLE_IN_TRANSACTION_MILLIS_MAX = 300_000;

  private Settings() {}

  /** Whether a setting may be asked for. */
  static void requireShown(String name) throws RefusedException {
    if (!SHOWN.contains(name)) {
      requireKnown(name);
    }
  }

  private static void requireKnown(String name) throws RefusedException {
    boolean known =
        BOUNDED.containsKey(name)
            || CHOICES.containsKey(name)
            || FREE.contains(name)
            || name.equals("search_path");
    if (!known) {
      throw new RefusedException(
          Refusal.Kind.DENIED, "the setting `" + name + "` is not let through");
    }
  }

  /** Whether a setting may be set so, or reset. */
  static void requireSettable(Node.Setting setting, Scope scope) throws RefusedException {
    String name = setting.name();
    requireKnown(name);
    if (name.startsWith("hnsw.iterative") && scope.kept(Separation.FILTER).isPresent()) {
      throw new RefusedException(
          Refusal.Kind.DENIED, "the setting `" + name + "` is the gateway's to set here");
    }
    boolean good =
        name.equals("search_path")
            ? searchPath(setting.values(), scope)
            : setting.values().size() <= 1 || FREE.contains(name);
    for (Node value : setting.values()) {
      good &= may(name, value);
    }
    if (!good) {
      throw new RefusedException(
          Refusal.Kind.DENIED, "the setting `" + name + "` cannot be set to this value here");
    }
  }

  private static boolean may(String name, Node value) {
    String text =
        switch (value) {
          case Node.Text t -> t.value();
          case Node.Literal l -> l.text();
          case Node.Word w -> "";
          default -> "-";
        };
    boolean byDefault = value instanceof Node.Word;
    if (BOUNDED.containsKey(name)) {
      boolean number = text.matches("[0-9]{1,9}");
      boolean negative = name.equals("extra_float_digits") && value instanceof Node.Group;
      return byDefault || negative || (number && Integer.parseInt(text) <= BOUNDED.get(name));
    }
    Set<String> choices = CHOICES.get(name);
    return byDefault || choices == null || choices.contains(text.toLowerCase(Locale.ROOT));
  }

  /** Only to what it is; INVARIANT (tables by full name): no table is found by it. */
  private static boolean searchPath(List<Node> values, Scope scope) {
    Set<String> own =
        scope
            .kept(Separation.NATIVE)
            .map(t -> Set.of("public", t.name(), "$user"))
            .orElse(Set.of("public", "$user"));
    return values.stream()
        .allMatch(
            v -> v instanceof Node.Word || (v instanceof Node.Text t && own.contains(t.value())));
  }

  /** What the gateway sets when it logs in for a caller, and nobody changes. */
  public static Map<String, String> pinned(Scope scope, long timeoutMillis) {
    Map<String, String> out = new TreeMap<>();
    out.put("client_encoding", "UTF8");
    out.put("standard_conforming_strings", "on");
    out.put("statement_timeout", String.valueOf(timeoutMillis));
    // An open transaction keeps what others deleted from being cleared away.
    out.put("idle_in_transaction_session_timeout", String.valueOf(IDLE_IN_TRANSACTION_MILLIS_MAX));
    // Workers that build one HNSW index together have read others' memory (CVE-2026-3172).
    out.put("max_parallel_maintenance_workers", "0");
    out.put(
        "search_path",
        scope.kept(Separation.NATIVE).map(t -> "\"" + t.name() + "\", public").orElse("public"));
    if (scope.kept(Separation.FILTER).isPresent() || scope.kept(Separation.NATIVE).isPresent()) {
      // Without it a tenant that has few of a shared table's rows finds none among the nearest.
      out.put("hnsw.iterative_scan", "strict_order");
    }
    return out;
  }

  /** What a client may say of itself when it logs in, beside user and database. */
  public static boolean atStart(String name, String value) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (FREE.contains(lower)) {
      return true;
    }
    if (lower.equals("extra_float_digits")) {
      return value.matches("-?[0-9]{1,2}");
    }
    Set<String> choices = CHOICES.get(lower);
    return choices != null
        && !lower.contains(".")
        && choices.contains(value.toLowerCase(Locale.ROOT).replace("'", ""));
  }
}
