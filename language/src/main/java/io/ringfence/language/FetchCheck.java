package io.ringfence.language;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Gateway;
import io.ringfence.model.Place;
import io.ringfence.model.Protocol;
import io.ringfence.model.Workload;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A gateway fetches an issuer's keys, and sends telemetry, only where an egress rule lets it; a
 * database asks its inference service only where one names it.
 */
final class FetchCheck {
  private static final int HTTPS = 443;

  private final Problems problems;
  private final Map<String, Workload> workloads;
  private final List<AccessRule> egress;

  FetchCheck(Problems problems, Map<String, Workload> workloads, List<AccessRule> egress) {
    this.problems = problems;
    this.workloads = workloads;
    this.egress = egress;
  }

  void check(Collection<Gateway> gateways) {
    for (Gateway gateway : gateways) {
      Optional<String> url = gateway.identity().jwt().flatMap(FetchCheck::fetched);
      Workload workload = workloads.get(gateway.name());
      if (url.isPresent() && workload != null) {
        check(gateway, workload, url.get(), "fetches keys from", ", or keep the keys in a file");
      }
      if (gateway.telemetry().isPresent() && workload != null) {
        check(gateway, workload, gateway.telemetry().get().otlp(), "sends telemetry to", "");
      }
      gateway
          .upstream()
          .forEach(
              (name, upstream) -> {
                Workload database = workloads.get(name);
                if (upstream.inference().isPresent() && database != null) {
                  checkInference(gateway, database, upstream.inference().get());
                }
              });
    }
  }

  private void checkInference(Gateway gateway, Workload database, String url) {
    Optional<URI> uri = uri(gateway, url);
    if (uri.isPresent() && !permitted(database, uri.get(), false)) {
      problems.error(
          gateway.at(),
          Said.quote(database.name())
              + " sends inputs to "
              + Said.quote(url)
              + ", and no egress rule that names it lets it; add "
              + rule(database, uri.get())
              + ", or leave `inference` out");
    }
  }

  private static Optional<String> fetched(Gateway.Jwt jwt) {
    return switch (jwt.jwks()) {
      case Gateway.Jwks.OfFile f -> Optional.empty();
      case Gateway.Jwks.OfUrl u -> Optional.of(u.url());
      case Gateway.Jwks.Discovered d -> Optional.of(jwt.issuer());
    };
  }

  private void check(Gateway gateway, Workload workload, String url, String does, String instead) {
    Optional<URI> uri = uri(gateway, url);
    if (uri.isPresent() && !permitted(workload, uri.get(), true)) {
      problems.error(
          gateway.at(),
          "gateway "
              + Said.quote(gateway.name())
              + " "
              + does
              + " "
              + Said.quote(url)
              + ", and no egress rule lets it; add "
              + rule(workload, uri.get())
              + instead);
    }
  }

  private Optional<URI> uri(Gateway gateway, String url) {
    try {
      URI uri = URI.create(url);
      if (uri.getHost() != null) {
        return Optional.of(uri);
      }
    } catch (IllegalArgumentException e) {
      // It is told below.
    }
    problems.error(gateway.at(), Said.quote(url) + " is no URL");
    return Optional.empty();
  }

  private static int port(URI uri) {
    return uri.getPort() < 0 ? HTTPS : uri.getPort();
  }

  private static String rule(Workload from, URI to) {
    return "{ name: ..., from: %s, to: { fqdn: %s, ports: [%d/tcp] } }"
        .formatted(from.name(), to.getHost(), port(to));
  }

  /**
   * @param unnamed whether a rule that opens all of {@code internet} counts
   */
  private boolean permitted(Workload workload, URI uri, boolean unnamed) {
    return egress.stream()
        .anyMatch(
            r ->
                r.from().stream().anyMatch(f -> covers(f.place(), workload))
                    && r.to().stream()
                        .filter(t -> unnamed || !(t.place() instanceof Place.Internet))
                        .anyMatch(t -> covers(t, uri.getHost(), port(uri))));
  }

  private static boolean covers(Place place, Workload workload) {
    return switch (place) {
      case Place.OfWorkload p -> p.workload().equals(workload.name());
      case Place.OfSegment p -> p.segment().equals(workload.segment());
      case Place.OfSelector p -> p.selector().matches(workload.labels());
      case Place.OfPrefix p -> workload.addresses().stream().allMatch(p.prefix()::contains);
      case Place.OfTenant p -> false;
      case Place.OfFqdn p -> false;
      case Place.Internet p -> false;
    };
  }

  private static boolean covers(Endpoint to, String host, int port) {
    boolean ports =
        to.ports() instanceof Endpoint.Ports.Explicit p && p.ports().contains(Protocol.TCP, port);
    return ports
        && switch (to.place()) {
          case Place.OfFqdn p -> p.fqdn().equalsIgnoreCase(host);
          case Place.Internet p -> true;
          case Place.OfPrefix p -> literal(host).filter(p.prefix()::contains).isPresent();
          case Place.OfWorkload p -> false;
          case Place.OfSegment p -> false;
          case Place.OfSelector p -> false;
          case Place.OfTenant p -> false;
        };
  }

  private static Optional<Address> literal(String host) {
    try {
      return Optional.of(Address.parse(host.replace("[", "").replace("]", "")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
