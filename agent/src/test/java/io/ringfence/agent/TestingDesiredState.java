package io.ringfence.agent;

import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A desired state that drops one TCP port on the way in, with all else to be set by a test. */
final class TestingDesiredState implements DesiredState {
  private final int port;
  final List<String> differences = new ArrayList<>();
  final List<Flow> management = new ArrayList<>();
  Predicate<Flow> permits = flow -> true;

  TestingDesiredState(int port) {
    this.port = port;
  }

  @Override
  public String placement() {
    return "host test";
  }

  @Override
  public Map<String, String> sources() {
    return Map.of("test.yaml", "ringfence: v1\n");
  }

  @Override
  public String artifact(int generation) {
    return """
    {"nftables": [
      {"add": {"table": {"family": "inet", "name": "ringfence"}}},
      {"delete": {"table": {"family": "inet", "name": "ringfence"}}},
      {"add": {"table": {"family": "inet", "name": "ringfence"}}},
      {"add": {"chain": {"family": "inet", "table": "ringfence", "name": "input",
        "type": "filter", "hook": "input", "prio": 0, "policy": "accept"}}},
      {"add": {"set": {"family": "inet", "table": "ringfence", "name": "fqdn4",
        "type": "ipv4_addr", "flags": ["timeout"]}}},
      {"add": {"rule": {"family": "inet", "table": "ringfence", "chain": "input", "expr": [
        {"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}},
          "right": %d}}, {"counter": null}, {"drop": null}]}}}
    ]}
    """
        .formatted(port);
  }

  @Override
  public List<String> differences(String listing) {
    return differences;
  }

  @Override
  public boolean permits(Flow flow) {
    return permits.test(flow);
  }

  @Override
  public List<Flow> managementPath() {
    return management;
  }

  @Override
  public Map<String, Map<Family, String>> fqdnSets() {
    return Map.of("s3.example", Map.of(Family.IPV4, "fqdn4"));
  }

  @Override
  public AddressSet resolvers() {
    return AddressSet.of(Address.parse("10.0.0.53"));
  }

  @Override
  public AddressSet internet() {
    return AddressSet.ALL.minus(AddressSet.of(Address.parse("10.0.0.1")));
  }

  @Override
  public List<String> leftOpen() {
    return List.of();
  }
}
