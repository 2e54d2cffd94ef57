package io.ringfence.gateway.wire;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.ringfence.gateway.identity.Proofs;
import io.ringfence.gateway.limit.Seat;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.model.Address;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * The other end of a connection, as its socket and TLS tell.
 *
 * @param seat the connection's place among its principal's
 * @param encrypted whether TLS protects what it sends
 */
public record Client(
    Address source,
    Address entry,
    boolean encrypted,
    Optional<X509Certificate> certificate,
    Seat seat) {
  private static final AttributeKey<Seat> SEAT = AttributeKey.valueOf(Client.class, "seat");

  /** That of a connection whose handshake is over. */
  public static Client of(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    return new Client(
        address(channel.remoteAddress()),
        address(channel.localAddress()),
        tls != null,
        tls == null ? Optional.empty() : certificate(tls),
        seat(channel));
  }

  /** One for a connection, however often its client is looked at. */
  private static Seat seat(Channel channel) {
    Seat seat = channel.attr(SEAT).get();
    if (seat == null) {
      seat = new Seat();
      channel.attr(SEAT).set(seat);
      Seat own = seat;
      channel.closeFuture().addListener(f -> own.close());
    }
    return seat;
  }

  private static Address address(java.net.SocketAddress socket) {
    return Address.of(((InetSocketAddress) socket).getAddress().getAddress());
  }

  private static Optional<X509Certificate> certificate(SslHandler tls) {
    try {
      Certificate[] chain = tls.engine().getSession().getPeerCertificates();
      return chain[0] instanceof X509Certificate own ? Optional.of(own) : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty(); // it shows none
    }
  }

  /**
   * Who asks, with what a request shows beside the certificate.
   *
   * @throws RefusedException when a secret came in the clear: somebody else may have read it
   */
  public Asker asker(Optional<String> secret) throws RefusedException {
    return asker(secret, Optional.empty());
  }

  /** The same, of a request that may be part of a trace. */
  Asker asker(Optional<String> secret, Optional<String> traceparent) throws RefusedException {
    if (secret.isPresent() && !encrypted) {
      throw new RefusedException(
          Refusal.Kind.UNAUTHENTICATED, "credentials are taken over TLS only");
    }
    return new Asker(source, entry, new Proofs(certificate, secret), seat, traceparent);
  }
}
