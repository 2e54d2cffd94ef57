package io.ringfence.gateway.wire;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import io.ringfence.gateway.identity.SpiffeTrust;
import io.ringfence.gateway.secret.Secrets;
import io.ringfence.model.Gateway;
import io.ringfence.model.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The gateway's end of clients' TLS. Its files are read anew by {@link #refresh}: connections that
 * are open keep what they began with, new ones begin with what is new.
 *
 * <p>INVARIANT (verified each time): no session is resumed, so that every connection's certificate
 * is checked against the bundles of its time.
 */
public final class ServerTls {
  static {
    // The JDK's own TLS has no other way of leaving tickets out.
    System.setProperty("jdk.tls.server.enableSessionTicketExtension", "false");
  }

  /** BoringSSL where it loads, else the JDK's. */
  static final SslProvider PROVIDER = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;

  private Gateway.Tls tls;
  private Gateway.Demand mtls;
  private final Secrets secrets;
  private final List<String> versions;
  private volatile Material material;

  /** What a client may speak inside TLS. */
  public enum Alpn {
    HTTP("h2", "http/1.1"),
    GRPC("h2"),
    POSTGRESQL("postgresql");

    private final List<String> names;

    Alpn(String... names) {
      this.names = List.of(names);
    }
  }

  private record Material(String fingerprint, Map<Alpn, SslContext> contexts) {}

  /**
   * @param versions such as {@code TLSv1.3}
   * @throws IOException when something it needs is absent, or is not what it should be
   */
  public ServerTls(Gateway.Tls tls, Gateway.Demand mtls, Secrets secrets, List<String> versions)
      throws IOException {
    this.tls = tls;
    this.mtls = mtls;
    this.secrets = secrets;
    this.versions = List.copyOf(versions);
    refresh();
  }

  /**
   * Turns to other files, or another demand on clients, for connections that begin from now on.
   *
   * @return what takes it back
   * @throws IOException when they are not whole; then all is as it was
   */
  public synchronized Runnable turnTo(Gateway.Tls other, Gateway.Demand demand) throws IOException {
    Gateway.Tls tlsBefore = tls;
    Gateway.Demand demandBefore = mtls;
    Material before = material;
    Runnable takeBack = () -> restore(tlsBefore, demandBefore, before);
    tls = other;
    mtls = demand;
    try {
      refresh();
      return takeBack;
    } catch (IOException | RuntimeException e) {
      takeBack.run();
      throw e;
    }
  }

  private synchronized void restore(Gateway.Tls files, Gateway.Demand demand, Material read) {
    tls = files;
    mtls = demand;
    material = read;
  }

  /**
   * Reads the files again; true when they changed.
   *
   * @throws IOException when they are not whole (being written, perhaps): what was read before
   *     stays
   */
  public synchronized boolean refresh() throws IOException {
    byte[] certificate = secrets.bytes(tls.certificate());
    byte[] key = secrets.bytes(tls.key());
    Map<String, byte[]> bundles = new TreeMap<>();
    for (Map.Entry<String, Secret> bundle : tls.trust().entrySet()) {
      bundles.put(bundle.getKey(), secrets.bytes(bundle.getValue()));
    }
    String fingerprint = mtls + " " + fingerprint(certificate, key, bundles);
    if (material != null && material.fingerprint().equals(fingerprint)) {
      return false;
    }
    material = new Material(fingerprint, contexts(certificate, key, bundles));
    return true;
  }

  private static String fingerprint(byte[] certificate, byte[] key, Map<String, byte[]> bundles) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(certificate);
      digest.update(key);
      for (Map.Entry<String, byte[]> bundle : bundles.entrySet()) {
        digest.update(bundle.getKey().getBytes(StandardCharsets.UTF_8));
        digest.update(bundle.getValue());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<Alpn, SslContext> contexts(
      byte[] certificate, byte[] key, Map<String, byte[]> bundles) throws IOException {
    Map<Alpn, SslContext> out = new EnumMap<>(Alpn.class);
    try {
      Map<String, List<X509Certificate>> byDomain = new TreeMap<>();
      for (Map.Entry<String, byte[]> bundle : bundles.entrySet()) {
        byDomain.put(bundle.getKey(), TlsFiles.certificates(bundle.getValue()));
      }
      SpiffeTrust trust = new SpiffeTrust(byDomain);
      for (Alpn alpn : Alpn.values()) {
        out.put(alpn, context(certificate, key, trust, alpn));
      }
      return out;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("the gateway's certificate, key or bundles: " + e.getMessage(), e);
    }
  }

  private SslContext context(byte[] certificate, byte[] key, SpiffeTrust trust, Alpn alpn)
      throws IOException {
    SslContext context =
        SslContextBuilder.forServer(
                new ByteArrayInputStream(certificate), new ByteArrayInputStream(key))
            .sslProvider(PROVIDER)
            .protocols(versions)
            .trustManager(trust)
            .clientAuth(clientAuth())
            .sessionTimeout(1)
            .sessionCacheSize(1)
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    alpn.names))
            .build();
    if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
      sessions.setSessionCacheEnabled(false);
    }
    return context;
  }

  private ClientAuth clientAuth() {
    return switch (mtls) {
      case REQUIRED -> ClientAuth.REQUIRE;
      case OPTIONAL -> ClientAuth.OPTIONAL;
      case OFF -> ClientAuth.NONE;
    };
  }

  /** The handler of a new connection. */
  public SslHandler handler(ByteBufAllocator allocator, Alpn alpn) {
    SslHandler handler = material.contexts().get(alpn).newHandler(allocator);
    if (handler.engine() instanceof ReferenceCountedOpenSslEngine engine) {
      SSL.setOptions(engine.sslPointer(), SSL.SSL_OP_NO_TICKET);
    }
    return handler;
  }
}
