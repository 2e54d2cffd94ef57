package io.ringfence.targets.nftables.read;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A set or verdict map: a named one, or what stands in a rule. */
final class Table {
  /** An element: a value for each part of the key, what it leads to, and how it reads. */
  record Element(List<Values> values, Optional<Target> target, String text) {
    Element {
      values = List.copyOf(values);
    }
  }

  private final String name;
  private final List<Type> types;
  private final boolean map;
  private final Optional<String> fqdn;
  private final List<Element> elements = new ArrayList<>();

  /**
   * @param fqdn the name whose answers fill the set, if it is such a set
   */
  Table(String name, List<Type> types, boolean map, Optional<String> fqdn) {
    this.name = name;
    this.types = List.copyOf(types);
    this.map = map;
    this.fqdn = fqdn;
  }

  String name() {
    return name;
  }

  List<Type> types() {
    return types;
  }

  boolean isMap() {
    return map;
  }

  Optional<String> fqdn() {
    return fqdn;
  }

  List<Element> elements() {
    return elements;
  }

  void add(Element element) {
    elements.add(element);
  }
}
