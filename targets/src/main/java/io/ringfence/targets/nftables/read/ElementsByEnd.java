package io.ringfence.targets.nftables.read;

import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The elements of tables by the addresses in their keys: where a part of all flows is asked about,
 * all elements that it can meet are found without a look at the others.
 */
final class ElementsByEnd {
  /** Of fewer each is looked at. */
  private static final int UNSORTED_MAX = 16;

  private final Map<Column, Sorted> known = new HashMap<>();

  /** The values of a table at one place of its key, behind the mask they are compared with. */
  private record Column(Table table, int index, Key.Part part) {}

  /** The elements of a table that may match a part of all flows; some more at most. */
  List<Table.Element> meeting(Table table, Key key, Situation situation, Box ends) {
    List<Table.Element> out = table.elements();
    if (out.size() <= UNSORTED_MAX) {
      return out;
    }
    for (int i = 0; i < key.parts().size(); i++) {
      Key.Part part = key.parts().get(i);
      AddressSet end = end(part.field(), situation, ends);
      if (!end.isAll()) {
        List<Table.Element> some =
            known.computeIfAbsent(new Column(table, i, part), Sorted::of).meeting(end);
        out = some.size() < out.size() ? some : out;
      }
    }
    return out;
  }

  /** What of the ends a field shows; all addresses when it shows none. */
  private static AddressSet end(Field field, Situation situation, Box ends) {
    return switch (field) {
      case SOURCE_4, SOURCE_6 -> shown(situation, situation.reply() ? ends.to() : ends.from());
      case DESTINATION_4, DESTINATION_6 ->
          shown(situation, situation.reply() ? ends.from() : ends.to());
      case CT_SOURCE_4, CT_SOURCE_6 -> ends.from();
      case CT_DESTINATION_4, CT_DESTINATION_6 -> ends.to();
      case IN_INTERFACE, OUT_INTERFACE, OWNER, FAMILY, ETHER_TYPE, PROTOCOL, STATE, MARK ->
          AddressSet.ALL;
      case DIRECTION, CT_PROTOCOL, CT_PORT, PROTOCOL_4, HOP_LIMIT, TCP_FLAGS -> AddressSet.ALL;
      case TCP_SOURCE_PORT, TCP_PORT, UDP_SOURCE_PORT, UDP_PORT -> AddressSet.ALL;
      case SCTP_SOURCE_PORT, SCTP_PORT, ANY_SOURCE_PORT, ANY_PORT -> AddressSet.ALL;
      case ICMP_TYPE, ICMP_CODE, ICMPV6_TYPE, ICMPV6_CODE -> AddressSet.ALL;
    };
  }

  private static AddressSet shown(Situation situation, AddressSet end) {
    return situation.addressed() ? end : AddressSet.ALL;
  }

  /**
   * Elements by the lowest address that they may match.
   *
   * @param reached the highest address that an element, or one before it, may match
   */
  private record Sorted(List<Spanning> elements, List<Address> reached, Family family) {
    /** An element, and from where to where it matches at most. */
    private record Spanning(Address first, Address last, Table.Element element) {}

    static Sorted of(Column column) {
      List<Spanning> elements = new ArrayList<>();
      for (Table.Element element : column.table().elements()) {
        List<AddressRange> ranges =
            Box.addresses(column.part(), element.values().get(column.index())).ranges();
        if (!ranges.isEmpty()) {
          elements.add(new Spanning(ranges.getFirst().first(), ranges.getLast().last(), element));
        }
      }
      elements.sort(Comparator.comparing(Spanning::first));
      List<Address> reached = new ArrayList<>();
      for (Spanning spanning : elements) {
        Address before = reached.isEmpty() ? spanning.last() : reached.getLast();
        reached.add(before.compareTo(spanning.last()) < 0 ? spanning.last() : before);
      }
      boolean v4 = column.part().field().type() == Type.IPV4;
      return new Sorted(elements, reached, v4 ? Family.IPV4 : Family.IPV6);
    }

    List<Table.Element> meeting(AddressSet end) {
      List<AddressRange> ranges = end.ofFamily(family).ranges();
      if (ranges.isEmpty()) {
        return List.of();
      }
      Address first = ranges.getFirst().first();
      Address last = ranges.getLast().last();
      List<Table.Element> out = new ArrayList<>();
      for (int i = firstReaching(first); i < elements.size(); i++) {
        Spanning one = elements.get(i);
        if (one.first().compareTo(last) > 0) {
          break;
        }
        if (one.last().compareTo(first) >= 0) {
          out.add(one.element());
        }
      }
      return out;
    }

    /** Where the first stands that may match this address or a higher one. */
    private int firstReaching(Address address) {
      int start = 0;
      int end = reached.size();
      while (start < end) {
        int middle = start + end >>> 1;
        if (reached.get(middle).compareTo(address) < 0) {
          start = middle + 1;
        } else {
          end = middle;
        }
      }
      return start;
    }
  }
}
