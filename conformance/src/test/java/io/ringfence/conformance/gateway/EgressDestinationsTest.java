package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ringfence.decision.Conditions;
import io.ringfence.gateway.identity.Destinations;
import io.ringfence.gateway.identity.EgressDestinations;
import io.ringfence.language.BlueprintLoader;
import io.ringfence.language.SourceFile;
import io.ringfence.model.Directory;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a gateway may fetch from, whatever a name resolves to. */
class EgressDestinationsTest {
  private static final String BLUEPRINT =
      """
      ringfence: v1
      name: destinations
      segments:
        app: { tier: application, networks: [10.30.1.0/24, "fd00:30:1::/64"] }
        vectordb: { tier: database, networks: [10.30.2.0/24], isolation: micro }
      workloads:
        web: { segment: app, addresses: [10.30.1.10] }
        gateway: { segment: vectordb, addresses: [10.30.2.5], kind: gateway }
        database: { segment: vectordb, addresses: [10.30.2.11], engine: chroma }
      gateways:
        gateway: { in-front-of: [database] }
      egress:
        - { name: keys, from: gateway, to: { fqdn: login.acme.example, ports: [443/tcp] } }
        - { name: others, from: web, to: { fqdn: other.example, ports: [443/tcp] } }
        - { name: written, from: gateway, to: { cidr: 192.0.2.0/28, ports: [8443/tcp] } }
      """;

  @ParameterizedTest
  @CsvSource({
    // host, port, what it resolves to, what may be connected to
    "login.acme.example, 443, 198.51.100.7, 198.51.100.7",
    "LOGIN.acme.example, 443, 198.51.100.7, 198.51.100.7",
    "login.acme.example, 443, 2001:db8::7, 2001:db8:0:0:0:0:0:7",
    "login.acme.example, 443, 172.16.0.9, 172.16.0.9",
    // rebinding: a name that leads inside, to the link, or to this machine
    "login.acme.example, 443, 10.30.2.11, -",
    "login.acme.example, 443, 10.30.2.5, -",
    "login.acme.example, 443, 10.30.1.77, -",
    "login.acme.example, 443, fd00:30:1::9, -",
    "login.acme.example, 443, 127.0.0.1, -",
    "login.acme.example, 443, ::1, -",
    "login.acme.example, 443, ::ffff:127.0.0.1, -",
    "login.acme.example, 443, 169.254.169.254, -",
    "login.acme.example, 443, fe80::1, -",
    "login.acme.example, 443, 0.0.0.0, -",
    "login.acme.example, 443, 224.0.0.1, -",
    "login.acme.example, 443, ff02::1, -",
    "login.acme.example, 443, 10.30.2.11 198.51.100.7 127.0.0.1, 198.51.100.7",
    // another port, another name, another's rule
    "login.acme.example, 8443, 198.51.100.7, -",
    "evil.example, 443, 198.51.100.7, -",
    "login.acme.example.evil.example, 443, 198.51.100.7, -",
    "other.example, 443, 198.51.100.7, -",
    // an address that is written out
    "192.0.2.1, 8443, 192.0.2.1, 192.0.2.1",
    "192.0.2.1, 443, 192.0.2.1, -",
    "192.0.2.16, 8443, 192.0.2.16, -",
    "evil.example, 8443, 192.0.2.1, 192.0.2.1",
  })
  void destinations(String host, int port, String resolved, String expected) {
    Destinations destinations =
        new EgressDestinations(directory(), "gateway", name -> addresses(resolved));
    String said;
    try {
      said =
          destinations.of(host, port).stream()
              .map(InetAddress::getHostAddress)
              .collect(Collectors.joining(" "));
    } catch (IOException e) {
      said = "-";
    }
    assertEquals(expected, said);
  }

  private static InetAddress[] addresses(String texts) {
    List<InetAddress> out = new ArrayList<>();
    for (String text : texts.split(" ")) {
      out.add(InetAddress.ofLiteral(text));
    }
    return out.toArray(InetAddress[]::new);
  }

  private static Directory directory() {
    return new BlueprintLoader(new Conditions())
        .load(List.of(new SourceFile("site.yaml", BLUEPRINT)))
        .blueprint()
        .map(Directory::new)
        .orElseThrow();
  }
}
