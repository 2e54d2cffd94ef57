package io.ringfence.conformance.mutants;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a ruleset can read of a packet and of its connection, each as a term of SMT-LIB. Addresses
 * of the family that the packet is not of are there too, and unread. What has a socket here has an
 * owner; the connection has that of the socket which opened it.
 */
record PacketTerms(Map<String, String> terms) {
  private static final List<String> FIELDS_128 = List.of("src6", "dst6", "osrc6", "odst6");
  private static final List<String> FIELDS_32 =
      List.of("src4", "dst4", "osrc4", "odst4", "mark", "owner", "oowner");
  private static final List<String> FIELDS_16 = List.of("sport", "dport", "oport");
  private static final List<String> FIELDS_8 =
      List.of("iif", "oif", "l4", "oproto", "state", "flags", "type", "hop");
  private static final List<String> FIELDS_1 =
      List.of("v6", "ct", "reply", "limit", "owned", "oowned");

  PacketTerms {
    terms = Map.copyOf(terms);
  }

  /** Constants, and their declarations. */
  static PacketTerms declared(String prefix, StringBuilder script) {
    Map<String, String> out = new LinkedHashMap<>();
    declare(prefix, FIELDS_128, "(_ BitVec 128)", script, out);
    declare(prefix, FIELDS_32, "(_ BitVec 32)", script, out);
    declare(prefix, FIELDS_16, "(_ BitVec 16)", script, out);
    declare(prefix, FIELDS_8, "(_ BitVec 8)", script, out);
    declare(prefix, FIELDS_1, "Bool", script, out);
    return new PacketTerms(out);
  }

  private static void declare(
      String prefix,
      List<String> fields,
      String sort,
      StringBuilder script,
      Map<String, String> out) {
    for (String field : fields) {
      String name = prefix + field;
      script.append("(declare-const ").append(name).append(' ').append(sort).append(")\n");
      out.put(field, name);
    }
  }

  String get(String field) {
    String term = terms.get(field);
    if (term == null) {
      throw new IllegalArgumentException("no field " + field);
    }
    return term;
  }

  /** The same but for some fields. */
  PacketTerms with(Map<String, String> changed) {
    Map<String, String> out = new LinkedHashMap<>(terms);
    out.putAll(changed);
    return new PacketTerms(out);
  }
}
