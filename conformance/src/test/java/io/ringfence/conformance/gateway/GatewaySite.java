package io.ringfence.conformance.gateway;

import io.netty.pkitesting.X509Bundle;
import io.ringfence.decision.Conditions;
import io.ringfence.gateway.secret.Secrets;
import io.ringfence.gateway.serve.GatewayServer;
import io.ringfence.gateway.serve.PolicyRefusedException;
import io.ringfence.gateway.serve.PolicySource;
import io.ringfence.gateway.serve.ServeSettings;
import io.ringfence.gateway.testing.TestingAuthority;
import io.ringfence.language.BlueprintLoader;
import io.ringfence.language.Loaded;
import io.ringfence.language.SourceFile;
import io.ringfence.model.Directory;
import io.ringfence.verifier.Verification;
import io.ringfence.verifier.subject.Severity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A blueprint with its keys in a folder, and a gateway that serves it on loopback. Clients show
 * certificates of trust domain {@code acme.example}.
 */
public final class GatewaySite {
  public static final String TRUST_DOMAIN = "spiffe://acme.example/";

  private final Path folder;
  private final TestingAuthority authority = new TestingAuthority("acme.example");

  /** Whether answers of gateways that are started say which rule decided. */
  public boolean explain;

  /** What the gateway tells its operator. */
  public final ConcurrentLinkedQueue<String> notes = new ConcurrentLinkedQueue<>();

  /** Writes the gateway's keys into {@code keys/}; the blueprint is written by {@link #write}. */
  public GatewaySite(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(keys());
    authority.writeTrust(keys().resolve("ca.pem"));
    newServerCertificate();
  }

  public Path folder() {
    return folder;
  }

  public Path keys() {
    return folder.resolve("keys");
  }

  public TestingAuthority authority() {
    return authority;
  }

  /** Gives the gateway another certificate. */
  public void newServerCertificate() throws IOException {
    TestingAuthority.write(authority.server("gateway.acme.example"), keys(), "gateway");
  }

  /** Writes {@code keys/NAME.pem} and {@code keys/NAME.key} of a workload. */
  public void workload(String name) throws IOException {
    TestingAuthority.write(authority.workload(TRUST_DOMAIN + name), keys(), name);
  }

  public void write(String blueprint) throws IOException {
    Files.writeString(folder.resolve("site.yaml"), blueprint);
  }

  /**
   * Starts the blueprint's gateway.
   *
   * @param listen by service; port 0 takes a free one
   * @param upstream by workload
   */
  public GatewayServer start(
      String gateway, Map<String, Integer> listen, Map<String, InetSocketAddress> upstream)
      throws IOException, PolicyRefusedException {
    return start(gateway, listen, upstream, InstantSource.system());
  }

  /** The same, by another clock. */
  public GatewayServer start(
      String gateway,
      Map<String, Integer> listen,
      Map<String, InetSocketAddress> upstream,
      InstantSource clock)
      throws IOException, PolicyRefusedException {
    Map<String, InetSocketAddress> sockets = new java.util.TreeMap<>();
    listen.forEach(
        (service, port) ->
            sockets.put(service, new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
    return GatewayServer.start(
        new ServeSettings(
            gateway, Secrets.in(folder), sockets, upstream, false, explain, notes::add),
        source(),
        clock);
  }

  /** The blueprint, proved each time that it is read. */
  public PolicySource source() {
    return new PolicySource() {
      @Override
      public String mark() throws IOException {
        return Files.getLastModifiedTime(folder.resolve("site.yaml")).toString();
      }

      @Override
      public Proved read() throws PolicyRefusedException, IOException {
        String text = Files.readString(folder.resolve("site.yaml"));
        Loaded loaded =
            new BlueprintLoader(new Conditions()).load(List.of(new SourceFile("site.yaml", text)));
        if (loaded.blueprint().isEmpty()) {
          throw new PolicyRefusedException(loaded.problems().getFirst().text());
        }
        Directory directory = new Directory(loaded.blueprint().get());
        var errors = Verification.of(directory).findings(Severity.ERROR);
        if (!errors.isEmpty()) {
          throw new PolicyRefusedException(errors.getFirst().message());
        }
        return new Proved(directory, Integer.toHexString(text.hashCode()));
      }
    };
  }

  /** A client's TLS: it trusts the site's authority, and shows nothing. */
  public SSLContext anonymous() {
    return tls(null);
  }

  /** A client's TLS that shows a workload's certificate. */
  public SSLContext client(String workload) {
    return tls(authority.workload(TRUST_DOMAIN + workload));
  }

  public SSLContext tls(X509Bundle own) {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      Certificate root =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(
                      authority.pem().getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
      trusted.setCertificateEntry("root", root);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext out = SSLContext.getInstance("TLS");
      out.init(own == null ? null : keys(own).getKeyManagers(), trust.getTrustManagers(), null);
      return out;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyManagerFactory keys(X509Bundle own) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setKeyEntry("own", own.getKeyPair().getPrivate(), new char[0], own.getCertificatePath());
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, new char[0]);
    return factory;
  }
}
