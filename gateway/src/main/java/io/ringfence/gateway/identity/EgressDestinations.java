package io.ringfence.gateway.identity;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Directory;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Place;
import io.ringfence.model.Protocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * The destinations that the blueprint's egress rules open to the gateway's workload.
 *
 * <p>INVARIANT (a name opens nothing inside): an address that a name resolves to must lie in {@code
 * internet} and not on the link, whoever answers for the name; only a rule that writes an address
 * out opens what else there is.
 */
public final class EgressDestinations implements Destinations {
  /** Asks for the addresses of a name. */
  @FunctionalInterface
  public interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  private final Directory directory;
  private final List<Endpoint> opened;
  private final Resolver resolver;

  /**
   * @param gateway its workload's name
   */
  public EgressDestinations(Directory directory, String gateway, Resolver resolver) {
    this.directory = directory;
    this.opened = opened(directory, gateway);
    this.resolver = resolver;
  }

  @Override
  public List<InetAddress> of(String host, int port) throws IOException {
    InetAddress[] resolved = resolver.resolve(host);
    List<InetAddress> out =
        Arrays.stream(resolved).filter(a -> permitted(host, a, port)).distinct().toList();
    if (out.isEmpty()) {
      throw new IOException(
          "no egress rule lets the gateway connect to `"
              + host
              + "` at "
              + Arrays.toString(resolved));
    }
    return out;
  }

  private boolean permitted(String host, InetAddress to, int port) {
    Address address = Address.of(to.getAddress());
    return opened.stream().anyMatch(t -> takes(t, port) && takes(t.place(), host, to, address));
  }

  /** The ends of the egress rules that count for all addresses of a workload. */
  public static List<Endpoint> opened(Directory directory, String workload) {
    AddressSet own =
        AddressSet.ofAddresses(directory.blueprint().workloads().get(workload).addresses());
    return directory.rules().stream()
        .filter(r -> r.origin() == AccessRule.Origin.EGRESS)
        .filter(
            r ->
                r.from().stream()
                    .anyMatch(f -> directory.ruleAddresses(f.place()).containsAll(own)))
        .flatMap(r -> r.to().stream())
        .toList();
  }

  private static boolean takes(Endpoint to, int port) {
    return to.ports() instanceof Endpoint.Ports.Explicit p
        && p.ports().contains(Protocol.TCP, port);
  }

  private boolean takes(Place place, String host, InetAddress to, Address address) {
    return switch (place) {
      case Place.OfFqdn p -> p.fqdn().equalsIgnoreCase(host) && isOutside(directory, to);
      case Place.Internet p -> isOutside(directory, to);
      case Place.OfPrefix p -> directory.ruleAddresses(p).contains(address);
      case Place.OfWorkload p -> false;
      case Place.OfSegment p -> false;
      case Place.OfSelector p -> false;
      case Place.OfTenant p -> false;
    };
  }

  /** Whether an address that a name resolves to lies in {@code internet} and not on the link. */
  public static boolean isOutside(Directory directory, InetAddress to) {
    return directory.internet().contains(Address.of(to.getAddress()))
        && !to.isLoopbackAddress()
        && !to.isLinkLocalAddress()
        && !to.isAnyLocalAddress()
        && !to.isMulticastAddress();
  }
}
