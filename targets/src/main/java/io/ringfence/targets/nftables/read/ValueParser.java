package io.ringfence.targets.nftables.read;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads the right-hand sides of libnftables JSON. */
final class ValueParser {
  private ValueParser() {}

  static Values parse(JsonNode node, Type type) {
    try {
      return valid(node, type);
    } catch (IllegalArgumentException e) {
      // A prefix with host bits, or a range that ends before it begins.
      throw new UnreadableException(e.getMessage());
    }
  }

  private static Values valid(JsonNode node, Type type) {
    if (type.isAddress()) {
      return new Values.Addresses(new AddressSet(List.of(addresses(node, type))));
    }
    if (type == Type.INTERFACE) {
      return new Values.Names(Set.of(interfaceName(node)));
    }
    return new Values.Numbers(List.of(numbers(node, type)));
  }

  // --- Addresses ---

  private static AddressRange addresses(JsonNode node, Type type) {
    if (node.has("prefix")) {
      JsonNode prefix = node.get("prefix");
      Address network = address(prefix.path("addr"), type);
      return new Prefix(network, prefix.path("len").intValue()).range();
    }
    if (node.has("range")) {
      JsonNode range = node.get("range");
      return new AddressRange(address(range.path(0), type), address(range.path(1), type));
    }
    Address single = address(node, type);
    return new AddressRange(single, single);
  }

  private static Address address(JsonNode node, Type type) {
    Family family = type == Type.IPV4 ? Family.IPV4 : Family.IPV6;
    try {
      Address address = Address.parse(node.isTextual() ? node.textValue() : node.toString());
      if (address.family() == family) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      throw new UnreadableException(e.getMessage());
    }
    throw new UnreadableException("`" + node.textValue() + "` is of the wrong family");
  }

  /** How many first bits a mask leaves. */
  static long maskLength(JsonNode node, Type type) {
    Address mask = address(node, type);
    int length = 0;
    while (length < mask.family().bits() && mask.bit(length)) {
      length++;
    }
    if (!Prefix.around(Address.last(mask.family()), length).network().equals(mask)) {
      throw new UnreadableException("mask `" + mask + "` leaves more than first bits");
    }
    return length;
  }

  // --- Numbers ---

  private static Values.Range numbers(JsonNode node, Type type) {
    if (node.has("range")) {
      JsonNode range = node.get("range");
      return range(number(range.path(0), type), number(range.path(1), type));
    }
    if (node.has("prefix") && type == Type.MARK) {
      long first = number(node.get("prefix").path("addr"), type);
      int length = node.get("prefix").path("len").intValue();
      return range(first, first | 0xffff_ffffL >>> length);
    }
    long single = number(node, type);
    return new Values.Range(single, single);
  }

  private static Values.Range range(long first, long last) {
    if (first > last) {
      throw new UnreadableException("range " + first + "-" + last + " runs backwards");
    }
    return new Values.Range(first, last);
  }

  /** One number; several flags are their sum. */
  static long number(JsonNode node, Type type) {
    if (node.isIntegralNumber()) {
      return node.longValue();
    }
    if (node.isTextual()) {
      return type.number(node.textValue())
          .orElseThrow(() -> new UnreadableException("unknown value " + node));
    }
    JsonNode flags = node.has("|") ? node.get("|") : node;
    if (flags.isArray() && !flags.isEmpty()) {
      long sum = 0;
      for (JsonNode flag : flags) {
        sum |= number(flag, type);
      }
      return sum;
    }
    throw new UnreadableException("unknown value " + node);
  }

  /** Each of the flags a value names, as numbers. */
  static Values.Numbers eachFlag(JsonNode node, Type type) {
    List<Values.Range> out = new ArrayList<>();
    for (JsonNode flag : node.isArray() ? node : List.of(node)) {
      long left = number(flag, type);
      for (; left != 0; left &= left - 1) {
        long lowest = Long.lowestOneBit(left);
        out.add(new Values.Range(lowest, lowest));
      }
    }
    return new Values.Numbers(out);
  }

  private static String interfaceName(JsonNode node) {
    String name = node.isTextual() ? node.textValue() : "";
    boolean odd = name.contains("\\") || name.indexOf('*') != name.lastIndexOf('*');
    if (name.isEmpty() || odd || name.contains("*") && !name.endsWith("*")) {
      throw new UnreadableException("interface pattern " + node);
    }
    return name;
  }
}
