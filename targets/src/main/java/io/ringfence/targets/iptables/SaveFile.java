package io.ringfence.targets.iptables;

import io.ringfence.model.Family;

/**
 * The text that {@code iptables-save} or {@code ip6tables-save} printed.
 *
 * @param name the file, as the user gave it
 * @param family IPV6 for {@code ip6tables-save}
 */
public record SaveFile(String name, String text, Family family) {
  /** True when the text may be one: JSON and blueprints never begin so. */
  public static boolean looksLike(String text) {
    return text.lines()
        .map(String::strip)
        .filter(l -> !l.isEmpty() && !l.startsWith("#"))
        .findFirst()
        .filter(l -> l.startsWith("*"))
        .isPresent();
  }

  /** The family by what the text itself says: who printed it, or the addresses that it names. */
  public static Family familyOf(String text) {
    boolean six =
        text.lines()
            .anyMatch(
                l ->
                    l.startsWith("#")
                        ? l.contains("ip6tables-save")
                        : l.contains("ipv6-icmp") || l.matches("-A .* -[sd] [0-9a-fA-F]*:.*"));
    return six ? Family.IPV6 : Family.IPV4;
  }
}
