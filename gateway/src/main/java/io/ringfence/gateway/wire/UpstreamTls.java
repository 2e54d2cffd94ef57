package io.ringfence.gateway.wire;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.ringfence.gateway.secret.Secrets;
import io.ringfence.model.Gateway;
import io.ringfence.model.Secret;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.X509TrustManager;

/** The gateway's end of its TLS to a database, whose identity is pinned. */
public final class UpstreamTls {
  private final Gateway.Upstream upstream;
  private final String address;
  private final Secrets secrets;
  private final Optional<String> alpn;
  private volatile SslContext context;
  private byte[] read;

  /**
   * @param address of the database, which its certificate bears where nothing else is pinned
   * @param alpn what is spoken inside, where the server must agree
   */
  public UpstreamTls(
      Gateway.Upstream upstream, String address, Secrets secrets, Optional<String> alpn)
      throws IOException {
    this.upstream = upstream;
    this.address = address;
    this.secrets = secrets;
    this.alpn = alpn;
    refresh();
  }

  /**
   * Reads the trust bundle again; connections that are open stay.
   *
   * @throws IOException when it cannot be read; what was read before stays
   */
  public synchronized void refresh() throws IOException {
    byte[] now = bytes();
    if (context != null && Arrays.equals(now, read)) {
      return;
    }
    try {
      X509TrustManager bundle =
          upstream.trust().isPresent()
              ? TlsFiles.bundle(secrets.bytes(upstream.trust().get()))
              : TlsFiles.machine();
      SslContextBuilder builder =
          SslContextBuilder.forClient()
              .sslProvider(ServerTls.PROVIDER)
              .protocols("TLSv1.3", "TLSv1.2")
              .endpointIdentificationAlgorithm(null) // the pinned name is checked instead
              .trustManager(new PinnedTrust(bundle, name()));
      ownCertificate(builder);
      alpn.ifPresent(a -> builder.applicationProtocolConfig(agreeing(a)));
      context = builder.build();
      read = now;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("the upstream's TLS: " + e.getMessage(), e);
    }
  }

  /** All that is read, to see whether it changed. */
  private byte[] bytes() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (upstream.trust().isPresent()) {
      out.writeBytes(secrets.bytes(upstream.trust().get()));
    }
    for (String name : List.of("certificate", "key")) {
      Secret own = upstream.credentials().get(name);
      if (own != null) {
        out.writeBytes(secrets.bytes(own));
      }
    }
    return out.toByteArray();
  }

  private String name() {
    return upstream.spiffe().or(upstream::san).orElse(address);
  }

  private void ownCertificate(SslContextBuilder builder) throws IOException {
    Secret certificate = upstream.credentials().get("certificate");
    Secret key = upstream.credentials().get("key");
    if (certificate != null && key != null) {
      builder.keyManager(
          new ByteArrayInputStream(secrets.bytes(certificate)),
          new ByteArrayInputStream(secrets.bytes(key)));
    }
  }

  private static ApplicationProtocolConfig agreeing(String protocol) {
    return new ApplicationProtocolConfig(
        ApplicationProtocolConfig.Protocol.ALPN,
        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
        List.of(protocol));
  }

  /** The handler of a new connection. */
  public SslHandler handler(ByteBufAllocator allocator) {
    return context.newHandler(allocator);
  }
}
