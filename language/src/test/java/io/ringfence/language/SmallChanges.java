package io.ringfence.language;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All documents that differ from one in one small thing. */
final class SmallChanges {
  static final List<Object> VALUES =
      List.of(
          "",
          "x",
          "a b",
          "all",
          "tenants",
          "query",
          "10.0.0.1",
          "10.0.0.0/8",
          "fd00::1",
          "443/tcp",
          "icmp",
          "spiffe://a.example/b",
          "https://a.example",
          "example.org",
          "15m",
          "8MiB",
          "5/s per tenant",
          "10.0.0.1:80",
          "password",
          -1,
          0,
          1,
          30,
          4094,
          4095,
          16_777_216,
          new BigDecimal("30.0"),
          new BigDecimal("0.5"),
          new BigDecimal("3e1"),
          true,
          false);

  static final List<String> KEYS =
      List.of(
          "x",
          "name",
          "ports",
          "workload",
          "segment",
          "file",
          "env",
          "password",
          "token",
          "a b",
          "jwks",
          "discovery",
          "except",
          "never",
          "services",
          "private-key");

  private SmallChanges() {}

  /** The value with one change, in itself or in one of its parts. */
  static List<Object> of(Object value) {
    List<Object> out = new ArrayList<>(VALUES);
    out.add(null);
    out.add(new LinkedHashMap<>());
    out.add(new ArrayList<>());
    out.add(new ArrayList<>(List.of(value)));
    switch (value) {
      case Map<?, ?> m -> ofMap(m, out);
      case List<?> l -> ofList(l, out);
      case String s -> ofText(s, out);
      default -> {}
    }
    return out;
  }

  private static void ofMap(Map<?, ?> map, List<Object> out) {
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      Map<String, Object> without = copy(map);
      without.remove(entry.getKey());
      out.add(without);
      for (Object changed : of(entry.getValue())) {
        Map<String, Object> with = copy(map);
        with.put((String) entry.getKey(), changed);
        out.add(with);
      }
      Map<String, Object> misspelt = copy(without);
      misspelt.put(entry.getKey() + "x", entry.getValue());
      out.add(misspelt);
    }
    for (String key : KEYS) {
      Map<String, Object> more = copy(map);
      more.putIfAbsent(key, "x");
      out.add(more);
    }
  }

  private static void ofList(List<?> list, List<Object> out) {
    for (int i = 0; i < list.size(); i++) {
      List<Object> without = new ArrayList<>(list);
      without.remove(i);
      out.add(without);
      List<Object> twice = new ArrayList<>(list);
      twice.add(list.get(i));
      out.add(twice);
      out.add(list.get(i));
      for (Object changed : of(list.get(i))) {
        List<Object> with = new ArrayList<>(list);
        with.set(i, changed);
        out.add(with);
      }
    }
  }

  private static void ofText(String text, List<Object> out) {
    for (String more : List.of("x", "/", "-", " ", ":", "9", "@")) {
      out.add(text + more);
      out.add(more + text);
    }
    if (!text.isEmpty()) {
      out.add(text.substring(1));
      out.add(text.substring(0, text.length() - 1));
    }
  }

  private static Map<String, Object> copy(Map<?, ?> map) {
    Map<String, Object> out = new LinkedHashMap<>();
    map.forEach((k, v) -> out.put((String) k, v));
    return out;
  }
}
