package io.ringfence.gateway.serve;

import io.ringfence.decision.Authorizer;
import io.ringfence.gateway.admin.OperatorAnswerer;
import io.ringfence.gateway.admin.OperatorRoutes;
import io.ringfence.gateway.admin.OperatorSocket;
import io.ringfence.gateway.identity.CertificateAuthenticator;
import io.ringfence.gateway.secret.Secrets;
import io.ringfence.gateway.wire.Connections;
import io.ringfence.gateway.wire.Listener;
import io.ringfence.gateway.wire.ServerTls;
import io.ringfence.gateway.wire.Transport;
import io.ringfence.gateway.wire.WireLimits;
import io.ringfence.model.Address;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Gateway;
import io.ringfence.model.Protocol;
import io.ringfence.model.Workload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where operators come to: a socket of this machine, an address, or both, as the blueprint says.
 */
final class OperatorDoor implements AutoCloseable {
  /** What the command line calls its address. */
  static final String LISTEN = "admin";

  private static final int CONNECTIONS_MAX = 64;
  private static final int BODY_BYTES_MAX = 64 << 10;

  private Optional<OperatorSocket> socket = Optional.empty();
  private Optional<Listener> listener = Optional.empty();
  private Optional<ServerTls> tls = Optional.empty();
  private volatile Set<String> approvers = Set.of();
  private volatile Set<String> lookers = Set.of();

  private OperatorDoor() {}

  /**
   * @throws PolicyRefusedException when the address has no TLS to stand behind
   */
  static OperatorDoor open(
      Gateway gateway,
      Directory directory,
      OperatorRoutes routes,
      ServeSettings settings,
      Transport transport,
      InstantSource clock)
      throws IOException, PolicyRefusedException {
    OperatorDoor door = new OperatorDoor();
    door.serves(directory, gateway);
    try {
      if (gateway.admin().flatMap(Gateway.Admin::socket).isPresent()) {
        String path = gateway.admin().flatMap(Gateway.Admin::socket).get();
        door.socket =
            Optional.of(OperatorSocket.open(settings.secrets().folder().resolve(path), routes));
      }
      Optional<Gateway.SocketBinding> binding = gateway.admin().flatMap(Gateway.Admin::listen);
      if (binding.isPresent()) {
        InetSocketAddress declared =
            new InetSocketAddress(
                InetAddress.getByAddress(binding.get().address().bytes()), binding.get().port());
        door.listen(
            gateway,
            settings.listen().getOrDefault(LISTEN, declared),
            routes,
            settings.secrets(),
            transport,
            clock);
      }
      return door;
    } catch (IOException | PolicyRefusedException e) {
      door.close();
      throw e;
    }
  }

  private void listen(
      Gateway gateway,
      InetSocketAddress at,
      OperatorRoutes routes,
      Secrets secrets,
      Transport transport,
      InstantSource clock)
      throws IOException, PolicyRefusedException {
    if (gateway.tls().isEmpty()) {
      throw new PolicyRefusedException(
          "the operators' address needs the gateway's `tls`, or be a `socket`");
    }
    ServerTls own =
        new ServerTls(gateway.tls().get(), Gateway.Demand.REQUIRED, secrets, List.of("TLSv1.3"));
    tls = Optional.of(own);
    listener =
        Optional.of(
            Listener.open(
                transport,
                at,
                new Listener.Speech.Http(
                    new OperatorAnswerer(
                        routes,
                        new CertificateAuthenticator(),
                        id -> approvers.contains(id),
                        id -> lookers.contains(id),
                        clock)),
                tls,
                WireLimits.DEFAULT.bodyBytesMax(BODY_BYTES_MAX),
                new Connections(CONNECTIONS_MAX)));
  }

  /**
   * Turns to other certificates, keys and bundles.
   *
   * @return what takes it back
   */
  Runnable turnTo(Gateway.Tls files) throws IOException {
    return tls.isPresent() ? tls.get().turnTo(files, Gateway.Demand.REQUIRED) : () -> {};
  }

  /** Takes another generation's word for who may come. */
  void serves(Directory directory, Gateway gateway) {
    approvers = Set.copyOf(gateway.approvers());
    lookers =
        gateway
            .admin()
            .flatMap(Gateway.Admin::listen)
            .map(b -> lookers(directory, b))
            .orElse(Set.of());
  }

  /** Whom a rule of the blueprint lets come to the address. */
  private static Set<String> lookers(Directory directory, Gateway.SocketBinding binding) {
    Authorizer authorizer = new Authorizer(directory);
    Set<String> out = new HashSet<>();
    for (Workload workload : directory.blueprint().workloads().values()) {
      if (workload.identity().isPresent()
          && workload.addresses().stream().anyMatch(a -> reaches(authorizer, a, binding))) {
        out.add(workload.identity().get());
      }
    }
    return Set.copyOf(out);
  }

  private static boolean reaches(
      Authorizer authorizer, Address from, Gateway.SocketBinding binding) {
    return from.family() == binding.address().family()
        && authorizer
            .decide(new Flow(from, binding.address(), Protocol.TCP, binding.port()))
            .permitted();
  }

  /** Reads certificates and keys again. */
  void refresh() throws IOException {
    if (tls.isPresent()) {
      tls.get().refresh();
    }
  }

  Optional<InetSocketAddress> address() {
    return listener.map(Listener::socket);
  }

  @Override
  public void close() throws IOException {
    if (listener.isPresent()) {
      listener.get().close();
    }
    if (socket.isPresent()) {
      socket.get().close();
    }
  }
}
