package io.ringfence.verifier.subject;

import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Host;
import io.ringfence.model.Topology;
import java.util.HashMap;
import java.util.Map;

/** Which addresses are one machine's; its traffic to itself is outside the model. */
public final class Hosts {
  private final Map<Address, AddressSet> shared = new HashMap<>();

  public Hosts(Topology topology) {
    for (Host host : topology.hosts().values()) {
      if (host.addresses().size() > 1) {
        AddressSet own = AddressSet.ofAddresses(host.addresses());
        host.addresses().forEach(a -> shared.put(a, own));
      }
    }
  }

  /** All addresses of the machine with this address. */
  public AddressSet with(Address address) {
    AddressSet own = shared.get(address);
    return own == null ? AddressSet.of(address) : own;
  }

  public boolean same(Address a, Address b) {
    return a.equals(b) || shared.containsKey(a) && shared.get(a).contains(b);
  }
}
