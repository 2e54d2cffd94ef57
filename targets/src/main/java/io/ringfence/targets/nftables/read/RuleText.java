package io.ringfence.targets.nftables.read;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Rules of libnftables JSON as nft would write them, for people to recognise. */
final class RuleText {
  private static final Set<String> BARE_META =
      Set.of("iifname", "oifname", "iif", "oif", "mark", "skuid", "skgid", "pkttype", "rtclassid");

  private RuleText() {}

  static String of(JsonNode statements) {
    List<String> out = new ArrayList<>();
    statements.forEach(s -> out.add(statement(s)));
    return String.join(" ", out);
  }

  static String statement(JsonNode statement) {
    if (!statement.isObject() || statement.size() != 1) {
      return statement.toString();
    }
    String kind = statement.fieldNames().next();
    JsonNode body = statement.get(kind);
    return switch (kind) {
      case "match" -> match(body);
      case "vmap" -> value(body.path("key")) + " vmap " + value(body.path("data"));
      case "jump", "goto" -> kind + " " + body.path("target").asText();
      case "counter" -> body.isTextual() ? "counter name " + body : "counter";
      case "log" -> body.has("prefix") ? "log prefix " + body.get("prefix") : "log";
      case "limit" -> limit(body);
      case "mangle" -> value(body.path("key")) + " set " + value(body.path("value"));
      case "dnat", "snat", "redirect", "masquerade" -> kind + translated(body);
      case "xt" -> xt(body);
      case "reject" -> body.has("type") ? "reject with " + body.path("type").asText() : "reject";
      case "accept", "drop", "return", "continue", "notrack" -> kind;
      default -> kind + " " + body;
    };
  }

  /** What iptables says in its own words, or else what nft does not list the words of. */
  private static String xt(JsonNode body) {
    return body.has("text")
        ? body.get("text").asText()
        : "xt " + body.path("type").asText() + " " + body.path("name").asText();
  }

  private static String limit(JsonNode body) {
    if (body.isTextual()) {
      return "limit name " + body;
    }
    String over = body.path("inv").asBoolean() ? "over " : "";
    return "limit rate " + over + body.path("rate").asText() + "/" + body.path("per").asText();
  }

  private static String translated(JsonNode body) {
    String port = body.has("port") ? ":" + value(body.get("port")) : "";
    String to = body.has("addr") ? value(body.get("addr")) + port : port;
    return to.isEmpty() ? "" : " to " + to;
  }

  private static String match(JsonNode body) {
    String operator = body.path("op").asText();
    boolean computed = Set.of("&", "|", "^").stream().anyMatch(body.path("left")::has);
    boolean silent = operator.equals("in") || operator.equals("==") && !computed;
    return value(body.path("left"))
        + (silent ? " " : " " + operator + " ")
        + value(body.path("right"));
  }

  private static String value(JsonNode node) {
    if (node.isArray()) {
      return joined(node, ",");
    }
    if (!node.isObject() || node.isEmpty()) {
      return node.asText();
    }
    String kind = node.fieldNames().next();
    JsonNode body = node.get(kind);
    return switch (kind) {
      case "meta" ->
          BARE_META.contains(body.path("key").asText()) && !body.path("key").asText().equals("mark")
              ? body.path("key").asText()
              : "meta " + body.path("key").asText();
      case "payload" ->
          body.has("protocol")
              ? body.get("protocol").asText() + " " + body.path("field").asText()
              : node.toString();
      case "ct" ->
          "ct "
              + (body.has("dir") ? body.get("dir").asText() + " " : "")
              + body.path("key").asText();
      case "prefix" -> body.path("addr").asText() + "/" + body.path("len").asText();
      case "range" -> value(body.path(0)) + "-" + value(body.path(1));
      case "concat" -> joined(body, " . ");
      case "set" -> body.isArray() ? elements(body) : value(body);
      case "elem" -> value(body.path("val"));
      case "fib" -> "fib " + joined(body.path("flags"), " . ") + " " + body.path("result").asText();
      case "&", "|", "^", "<<", ">>" -> joined(body, " " + kind + " ");
      default -> statementOr(node);
    };
  }

  private static String statementOr(JsonNode node) {
    return Set.of("accept", "drop", "return", "continue", "jump", "goto")
            .contains(node.fieldNames().next())
        ? statement(node)
        : node.toString();
  }

  private static String elements(JsonNode set) {
    List<String> out = new ArrayList<>();
    for (JsonNode element : set) {
      out.add(
          element.isArray() && element.size() == 2
              ? value(element.get(0)) + " : " + value(element.get(1))
              : value(element));
    }
    return out.stream().collect(Collectors.joining(", ", "{ ", " }"));
  }

  private static String joined(JsonNode nodes, String by) {
    List<String> out = new ArrayList<>();
    nodes.forEach(n -> out.add(value(n)));
    return String.join(by, out);
  }
}
