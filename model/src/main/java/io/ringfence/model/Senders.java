package io.ringfence.model;

import java.util.ArrayList;
import java.util.List;

/** From where, and as which users, something sends. */
public record Senders(AddressSet addresses, UserSet users) {
  /** Everybody at these addresses. */
  public static Senders at(AddressSet addresses) {
    return new Senders(addresses, UserSet.ALL);
  }

  /** Whoever sends and is none of these. */
  public static List<Senders> others(List<Senders> these) {
    List<Senders> left = List.of(at(AddressSet.ALL));
    for (Senders out : these) {
      List<Senders> next = new ArrayList<>();
      left.forEach(s -> s.addOthers(out, next));
      left = next;
    }
    return left;
  }

  private void addOthers(Senders out, List<Senders> next) {
    AddressSet elsewhere = addresses.minus(out.addresses);
    AddressSet there = addresses.intersect(out.addresses);
    UserSet rest = users.minus(out.users);
    if (!elsewhere.isEmpty()) {
      next.add(new Senders(elsewhere, users));
    }
    if (!there.isEmpty() && !rest.isEmpty()) {
      next.add(new Senders(there, rest));
    }
  }
}
