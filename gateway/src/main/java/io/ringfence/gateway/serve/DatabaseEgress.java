package io.ringfence.gateway.serve;

import io.ringfence.gateway.engine.qdrant.Egress;
import io.ringfence.gateway.identity.EgressDestinations;
import io.ringfence.gateway.identity.EgressDestinations.Resolver;
import io.ringfence.model.Action;
import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Gateway;
import io.ringfence.model.Place;
import io.ringfence.model.PortSet;
import io.ringfence.model.Protocol;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one database may be made to fetch: the destinations that the blueprint's egress rules name
 * to it, by address or by name. {@code internet} names none.
 *
 * <p>INVARIANT (a name opens nothing inside): a name is permitted only while all that it resolves
 * to here lies in {@code internet} and not on the link. What it resolves to for the database, and
 * where a server sends it on to, is the network layer's to hold.
 */
public final class DatabaseEgress implements Egress {
  private static final long CHECK_NANOS = 10_000_000_000L;

  private final String workload;
  private final Resolver resolver;
  private volatile List<Opening> openings = List.of();
  private volatile boolean inference;
  private volatile Set<String> checked = Set.of();
  private volatile Directory directory;
  private volatile boolean named;
  private volatile long lastChecked = System.nanoTime() - CHECK_NANOS;

  /** A destination of a rule, and at which ports. */
  private sealed interface Opening {
    PortSet ports();

    record ByAddress(AddressSet addresses, PortSet ports) implements Opening {}

    record ByName(String name, PortSet ports) implements Opening {}
  }

  public DatabaseEgress(String workload, Resolver resolver) {
    this.workload = workload;
    this.resolver = resolver;
  }

  /** Takes another generation's word. Names are denied until they are {@link #check checked}. */
  public void turnTo(Directory now, Gateway gateway) {
    directory = now;
    openings = openings(now);
    named =
        openings.stream().anyMatch(o -> o instanceof Opening.ByName) && mayRecover(now, gateway);
    inference =
        Optional.ofNullable(gateway.upstream().get(workload))
            .flatMap(Gateway.Upstream::inference)
            .map(URI::create)
            .filter(u -> opens(openings, u))
            .isPresent();
    lastChecked = System.nanoTime() - CHECK_NANOS;
  }

  private List<Opening> openings(Directory of) {
    return EgressDestinations.opened(of, workload).stream()
        .flatMap(to -> opening(of, to).stream())
        .toList();
  }

  private static Optional<Opening> opening(Directory of, Endpoint to) {
    if (!(to.ports() instanceof Endpoint.Ports.Explicit explicit)) {
      return Optional.empty();
    }
    PortSet ports = explicit.ports();
    return switch (to.place()) {
      case Place.OfFqdn p ->
          Optional.of(new Opening.ByName(p.fqdn().toLowerCase(Locale.ROOT), ports));
      case Place.OfPrefix p -> Optional.of(new Opening.ByAddress(of.ruleAddresses(p), ports));
      case Place.Internet p -> Optional.empty();
      case Place.OfWorkload p -> Optional.empty();
      case Place.OfSegment p -> Optional.empty();
      case Place.OfSelector p -> Optional.empty();
      case Place.OfTenant p -> Optional.empty();
    };
  }

  /** Whether anybody's role lets a snapshot be recovered, so that names need be looked up. */
  private static boolean mayRecover(Directory of, Gateway gateway) {
    return of.rules().stream()
        .filter(r -> r.through().filter(gateway.name()::equals).isPresent())
        .flatMap(r -> r.role().stream())
        .map(of.blueprint().roles()::get)
        .anyMatch(r -> r.actions().contains(Action.SNAPSHOT));
  }

  private static boolean opens(List<Opening> openings, URI uri) {
    int port = uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("http") ? 80 : 443;
    return openings.stream().anyMatch(o -> takes(o, uri.getHost(), port));
  }

  private static boolean takes(Opening opening, String host, int port) {
    return opening.ports().contains(Protocol.TCP, port)
        && switch (opening) {
          case Opening.ByName o -> o.name().equalsIgnoreCase(host);
          case Opening.ByAddress o -> literal(host).filter(o.addresses()::contains).isPresent();
        };
  }

  private static Optional<Address> literal(String host) {
    try {
      return Optional.of(Address.parse(host.replaceAll("^\\[(.*)]$", "$1")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean permitsInference() {
    return inference;
  }

  @Override
  public boolean permits(String host, int port) {
    return openings.stream()
        .filter(o -> takes(o, host, port))
        .anyMatch(
            o ->
                switch (o) {
                  case Opening.ByAddress a -> true;
                  case Opening.ByName n -> checked.contains(n.name());
                });
  }

  /** Looks up the names anew, now and then; it may wait for resolvers. */
  public void check() {
    if (!named || System.nanoTime() - lastChecked < CHECK_NANOS) {
      return;
    }
    lastChecked = System.nanoTime();
    Set<String> good = new TreeSet<>();
    for (Opening opening : openings) {
      if (opening instanceof Opening.ByName o && isOutside(o.name())) {
        good.add(o.name());
      }
    }
    checked = Set.copyOf(good);
  }

  private boolean isOutside(String name) {
    try {
      InetAddress[] all = resolver.resolve(name);
      return all.length > 0
          && Arrays.stream(all).allMatch(a -> EgressDestinations.isOutside(directory, a));
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
