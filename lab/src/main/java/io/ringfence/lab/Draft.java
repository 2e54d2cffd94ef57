package io.ringfence.lab;

import io.ringfence.model.Address;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A {@link LabNode} while {@link LabPlanner} draws it. */
final class Draft {
  private final String name;
  private final LabNode.Kind kind;
  private final Set<String> devices = new HashSet<>(Set.of("lo"));
  private final List<LabNode.Interface> interfaces = new ArrayList<>();
  private final List<String> cabling = new ArrayList<>();
  private final List<String> routing = new ArrayList<>();
  final String namespace;
  final List<Address> addresses = new ArrayList<>();

  Draft(String name, LabNode.Kind kind, String namespace) {
    this.name = name;
    this.kind = kind;
    this.namespace = namespace;
  }

  /** Keeps a device's name for the device that must bear it. */
  void reserve(String device) {
    devices.add(device);
  }

  /** A device's name that nothing here bears yet. */
  String fresh(String wish) {
    String device = wish;
    for (int i = 1; !devices.add(device); i++) {
      device = wish + "-" + i;
    }
    return device;
  }

  void cable(String line) {
    cabling.add(line);
  }

  void route(String line) {
    routing.add(line);
  }

  void face(String device, String segment, String mac) {
    interfaces.add(new LabNode.Interface(device, segment, mac));
  }

  /** The device that faces a segment. */
  String facing(String segment) {
    return interfaces.stream()
        .filter(i -> i.segment().equals(segment))
        .findFirst()
        .orElseThrow()
        .name();
  }

  int faces() {
    return interfaces.size();
  }

  boolean isCabled() {
    return !cabling.isEmpty();
  }

  LabNode finish() {
    return new LabNode(name, kind, namespace, addresses, devices, interfaces, cabling, routing);
  }
}
