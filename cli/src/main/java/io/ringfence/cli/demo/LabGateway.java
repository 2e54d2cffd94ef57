package io.ringfence.cli.demo;

import io.ringfence.gateway.audit.AuditReader;
import io.ringfence.gateway.audit.AuditRecord;
import io.ringfence.gateway.audit.AuditVerification;
import io.ringfence.gateway.identity.SteadyTime;
import io.ringfence.gateway.secret.Secrets;
import io.ringfence.gateway.serve.GatewayServer;
import io.ringfence.gateway.serve.PolicySource;
import io.ringfence.gateway.serve.ServeSettings;
import io.ringfence.gateway.serve.SocketOpener;
import io.ringfence.gateway.wire.Listener;
import io.ringfence.lab.Lab;
import io.ringfence.lab.pki.LabAuthority;
import io.ringfence.lab.pki.LabIssuer;
import io.ringfence.lab.pki.Login;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Gateway;
import io.ringfence.model.Secret;
import io.ringfence.model.Tenant;
import io.ringfence.model.Workload;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A blueprint's gateway at its place in a lab, with identities made for this one run. */
final class LabGateway implements AutoCloseable {
  private final GatewayServer server;
  private final Gateway gateway;
  private final Directory directory;
  private final Path folder;
  private final LabAuthority authority;
  private final Optional<LabIssuer> issuer;
  private boolean closed;

  private LabGateway(
      GatewayServer server,
      Gateway gateway,
      Directory directory,
      Path folder,
      LabAuthority authority,
      Optional<LabIssuer> issuer) {
    this.server = server;
    this.gateway = gateway;
    this.directory = directory;
    this.folder = folder;
    this.authority = authority;
    this.issuer = issuer;
  }

  /**
   * Starts it inside its namespaces; what it needs is written below the folder.
   *
   * @param directory of a blueprint that is proved
   * @param login with what it logs in to the database, by the credentials' names
   */
  static LabGateway start(
      Lab lab, Directory directory, Gateway gateway, Map<String, String> login, Path folder)
      throws Exception {
    LabAuthority authority = new LabAuthority("lab");
    Optional<LabIssuer> issuer = Optional.empty();
    if (gateway.identity().jwt().isPresent()) {
      issuer = Optional.of(new LabIssuer(gateway.identity().jwt().get().issuer()));
    }
    writeKeys(directory, gateway, folder, authority, issuer);
    for (Gateway.Upstream upstream : gateway.upstream().values()) {
      for (Map.Entry<String, Secret> credential : upstream.credentials().entrySet()) {
        write(folder, credential.getValue(), login.get(credential.getKey()));
      }
    }
    ServeSettings settings =
        new ServeSettings(
            gateway.name(), Secrets.in(folder), Map.of(), Map.of(), false, note -> {});
    SocketOpener opener = (socket, opening) -> open(lab, socket, opening);
    Address own = directory.blueprint().workloads().get(gateway.name()).addresses().getFirst();
    GatewayServer server =
        lab.namespace(lab.placementAt(own).orElseThrow())
            .call(
                () ->
                    GatewayServer.start(
                        settings, proved(plain(directory, gateway)), new SteadyTime(), opener));
    return new LabGateway(server, gateway, directory, folder, authority, issuer);
  }

  /** A private endpoint may be in another namespace than the gateway's own address. */
  private static Listener open(Lab lab, InetSocketAddress socket, SocketOpener.Opening opening)
      throws IOException {
    Address address = Address.of(socket.getAddress().getAddress());
    try {
      return lab.namespace(lab.placementAt(address).orElseThrow()).call(opening::open);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** The lab's databases are built without TLS: that one leg is in the clear. */
  private static Directory plain(Directory directory, Gateway gateway) {
    Blueprint b = directory.blueprint();
    Map<String, Gateway.Upstream> upstream = new TreeMap<>();
    gateway
        .upstream()
        .forEach(
            (workload, u) ->
                upstream.put(
                    workload,
                    new Gateway.Upstream(
                        false, u.san(), u.spiffe(), Optional.empty(), u.credentials())));
    Map<String, Gateway> gateways = new LinkedHashMap<>(b.gateways());
    gateways.put(gateway.name(), gateway.withUpstream(upstream));
    return new Directory(
        new Blueprint(
            b.name(),
            b.segments(),
            b.workloads(),
            b.resolvers(),
            b.management(),
            b.tenants(),
            b.roles(),
            gateways,
            b.access(),
            b.egress(),
            b.guardrails(),
            b.tests(),
            b.hosts(),
            b.routers(),
            b.links()));
  }

  private static PolicySource proved(Directory directory) {
    return new PolicySource() {
      @Override
      public String mark() {
        return "";
      }

      @Override
      public Proved read() {
        return new Proved(directory, directory.blueprint().name());
      }
    };
  }

  private static void writeKeys(
      Directory directory,
      Gateway gateway,
      Path folder,
      LabAuthority authority,
      Optional<LabIssuer> issuer)
      throws GeneralSecurityException, IOException {
    Gateway.Tls tls = gateway.tls().orElseThrow();
    LabAuthority.Holder own = authority.server(gateway.name(), addresses(directory, gateway));
    write(folder, tls.certificate(), own.certificatePem());
    write(folder, tls.key(), own.keyPem());
    for (Secret bundle : tls.trust().values()) {
      write(folder, bundle, authority.pem());
    }
    if (issuer.isPresent()
        && gateway.identity().jwt().orElseThrow().jwks() instanceof Gateway.Jwks.OfFile file) {
      write(folder, new Secret.OfFile(file.path()), issuer.get().jwks());
    }
  }

  private static List<Address> addresses(Directory directory, Gateway gateway) {
    List<Address> out =
        new ArrayList<>(directory.blueprint().workloads().get(gateway.name()).addresses());
    directory.blueprint().tenants().values().stream()
        .flatMap(t -> t.endpoint().stream())
        .filter(e -> e.gateway().equals(gateway.name()))
        .forEach(e -> out.add(e.address()));
    return out;
  }

  private static void write(Path folder, Secret place, String text) throws IOException {
    if (!(place instanceof Secret.OfFile file)) {
      throw new IOException("the demo's keys are files");
    }
    Path path = folder.resolve(file.path());
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  /** With what a workload asks: its certificate, and where its tenant is told by claim, a token. */
  Login login(String workload, String tenant) throws GeneralSecurityException {
    Workload who = directory.blueprint().workloads().get(workload);
    Optional<String> token = Optional.empty();
    for (Tenant.Member member : directory.blueprint().tenants().get(tenant).members()) {
      if (member instanceof Tenant.Member.Claim claim && issuer.isPresent()) {
        String audience = gateway.identity().jwt().orElseThrow().audience();
        token = Optional.of(issuer.get().token(audience, workload, claim.claim(), claim.value()));
      }
    }
    return Login.of(authority, authority.workload(who.identity().orElseThrow()), token);
  }

  /** What its audit log tells. */
  record Told(List<AuditRecord.Decided> decisions, List<String> problems) {}

  /** Ends it and reads its log, proved as it was written. */
  Told end() throws IOException {
    close();
    Path log = folder.resolve(gateway.audit().orElseThrow().to());
    List<AuditRecord.Decided> decisions = new ArrayList<>();
    AuditReader.of(log)
        .read(
            entry -> {
              if (entry.record() instanceof AuditRecord.Decided decided) {
                decisions.add(decided);
              }
            });
    return new Told(
        decisions, AuditVerification.of(log, Optional.empty(), Optional.empty()).problems());
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      server.close();
    }
  }
}
