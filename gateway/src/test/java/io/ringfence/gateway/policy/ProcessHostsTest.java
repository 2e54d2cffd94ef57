package io.ringfence.gateway.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.decision.Authorizer;
import io.ringfence.model.Action;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Request;
import io.ringfence.model.Verdict;
import io.ringfence.model.testing.BlueprintSketch;
import io.ringfence.model.testing.MixedRequestGenerator;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Where processes share an address, as clients and as what is behind a gateway. */
class ProcessHostsTest {
  private static final int REQUESTS = 3000;

  private final Blueprint blueprint =
      new BlueprintSketch()
          .segment("app", "10.0.1.0/24")
          .segment("db", "10.0.2.0/24")
          .engine("qdrant", "qdrant", "db", "10.0.2.9")
          .process("api", "app", "box", 991, "8080/tcp", "10.0.1.5")
          .process("etl", "app", "box", 992, "9090/tcp", "10.0.1.5")
          .workload("web", "app", "10.0.1.7")
          .process("index", "db", "shelf", 993, "7000/tcp", "10.0.2.20")
          .process("cache", "db", "shelf", 994, "7001/tcp", "10.0.2.20")
          .gateway("gateway", "app", "10.0.1.100", "qdrant", "index")
          .gateway("second", "app", "10.0.1.101", "qdrant")
          .role("reader", Action.QUERY)
          .role("writer", Action.QUERY, Action.INSERT)
          .through("gateway", "read", "api", "qdrant/rest", "reader", "acme-*")
          .through("gateway", "write", "etl", "qdrant/rest", "writer", "acme-*")
          .through("gateway", "web", "web", "qdrant/rest", "reader", "acme-*")
          .through("gateway", "search", "web", "index/service", "reader", "*")
          .through("second", "other", "app", "qdrant/grpc", "reader", "acme-*")
          .never("not-etl", "etl", "gateway", "write")
          .blueprint();

  @Test
  void decidesAsTheReferenceDoes() {
    Directory directory = new Directory(blueprint);
    Authorizer reference = new Authorizer(directory);
    CompiledPolicy compiled = new CompiledPolicy(directory, new Generation(1, "processes"));
    MixedRequestGenerator requests = new MixedRequestGenerator(blueprint, 1);
    Set<String> permitted = new TreeSet<>();
    int denied = 0;
    for (int i = 0; i < REQUESTS; i++) {
      Optional<Request> request = requests.next();
      if (request.isPresent()) {
        Verdict expected = reference.decide(request.get());
        assertEquals(
            expected.text(), compiled.decide(request.get()).text(), () -> "" + request.get());
        if (expected.permitted()) {
          permitted.add(expected.decider());
        } else {
          denied++;
        }
      }
    }
    assertEquals(Set.of("other", "read", "search", "web", "write"), permitted);
    assertTrue(denied > REQUESTS / 4, denied + " denied");
  }
}
