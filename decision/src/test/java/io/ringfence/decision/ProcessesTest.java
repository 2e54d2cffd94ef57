package io.ringfence.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ringfence.model.Address;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Host;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Topology;
import io.ringfence.model.Verdict;
import io.ringfence.model.testing.SharedHost;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The meaning of processes that share an address, as verdict tables. */
class ProcessesTest {
  private final Directory directory = new Directory(SharedHost.blueprint());
  private final Authorizer authorizer = new Authorizer(directory);

  @ParameterizedTest
  @CsvSource({
    // what goes out is told apart by the socket's owner
    "fetch, 991, 10.0.1.5, 8.8.8.8, 443/tcp",
    "fetch, 991, fd00:1::5, 2001:db8::1, 443/tcp",
    "default-deny/app, 992, 10.0.1.5, 8.8.8.8, 443/tcp",
    "default-deny/app, 993, 10.0.1.5, 8.8.8.8, 443/tcp",
    "default-deny/app, 0, 10.0.1.5, 8.8.8.8, 443/tcp",
    "default-deny/app, , 10.0.1.5, 8.8.8.8, 443/tcp",
    "push, 993, 10.0.1.5, 10.0.2.9, 443/tcp",
    "default-deny/ops, 991, 10.0.1.5, 10.0.2.9, 443/tcp",
    // what comes in, by the port
    "front, , 10.0.0.2, 10.0.1.5, 8080/tcp",
    "front, 7, 10.0.0.2, 10.0.1.5, 8080/tcp",
    "default-deny/app, , 10.0.0.2, 10.0.1.5, 6333/tcp",
    "default-deny/app, , 10.0.0.2, 10.0.1.5, 22/tcp",
    "scrape, , 10.0.2.9, 10.0.1.5, 9100/tcp",
    "default-deny/app, , 10.0.2.9, 10.0.1.5, 8080/tcp",
    // between them
    "ask, 991, 10.0.1.5, 10.0.1.5, 6333/tcp",
    "default-deny/app, 991, 10.0.1.5, 10.0.1.5, 6334/tcp",
    "default-deny/app, 991, 10.0.1.5, 10.0.1.5, 53/udp",
    "default-deny/app, 993, 10.0.1.5, 10.0.1.5, 6333/tcp",
    "default-deny/app, 992, 10.0.1.5, 10.0.1.5, 8080/tcp",
    "default-deny/app, 0, 10.0.1.5, 10.0.1.5, 6333/tcp",
    "default-deny/app, , 10.0.1.5, 10.0.1.5, 6333/tcp",
    "default-deny/app, 991, 10.0.1.5, 10.0.1.5, 22/tcp",
    "outside-the-model, 992, 10.0.1.5, 10.0.1.5, 6333/tcp",
    "outside-the-model, 0, 10.0.1.5, 10.0.1.5, 22/tcp",
    // a host that tells none apart, to itself
    "outside-the-model, 991, 10.0.0.2, 10.0.0.2, 80/tcp",
  })
  void processesAreToldApart(
      String decider, Long user, String source, String destination, String port) {
    assertEquals(decider, authorizer.decide(flow(user, source, destination, port)).decider());
  }

  @ParameterizedTest
  @CsvSource({
    "ask, 991, 127.0.0.1, 6333/tcp",
    "ask, 991, ::1, 6333/tcp",
    "default-deny/app, 993, ::1, 6333/tcp",
    "outside-the-model, 0, 127.0.0.1, 631/tcp",
    "default-deny/app, 992, 127.0.0.1, 631/tcp",
  })
  void onOneHostAddressesDoNotMatter(String decider, Long user, String loopback, String port) {
    Host host = new Topology(directory).hosts().get(SharedHost.HOST);
    Verdict verdict = authorizer.decideWithin(host, flow(user, loopback, loopback, port));
    String expected = decider.startsWith("default-deny") ? Authorizer.DEFAULT_DENY : decider;
    assertEquals(expected, verdict.decider());
  }

  private static Flow flow(Long user, String source, String destination, String port) {
    PortRange range = PortSet.parse(port).ranges().getFirst();
    return new Flow(
            Address.parse(source), Address.parse(destination), range.protocol(), range.first())
        .by(user == null ? OptionalLong.empty() : OptionalLong.of(user));
  }
}
