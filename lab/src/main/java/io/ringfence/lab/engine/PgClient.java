package io.ringfence.lab.engine;

import io.ringfence.lab.pki.Login;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/** Connections to PostgreSQL from inside a namespace. */
final class PgClient {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(3);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  private PgClient() {}

  /** What is done with a connection before it is closed. */
  @FunctionalInterface
  interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  /**
   * Logs in, works, and logs out.
   *
   * @throws EngineRefusal in the server's words, if it says no; any other IOException if it is not
   *     reached
   */
  static <T> T connected(
      NamespaceRunner from, InetSocketAddress to, String login, String password, Work<T> work)
      throws IOException {
    // INVARIANT (no login timeout): with one, the driver would connect on a thread of its own,
    // where the scoped values are not bound.
    return connected(
        ScopedValue.where(NamespaceSocketFactory.ASKING, from),
        to,
        properties(login, password),
        work);
  }

  /** The same over TLS to a gateway, which is shown a certificate, and a token as the password. */
  static <T> T throughGateway(
      NamespaceRunner from, InetSocketAddress to, Login login, String user, Work<T> work)
      throws IOException {
    Properties properties = properties(user, login.token().orElse("none"));
    properties.setProperty("sslmode", "verify-full");
    properties.setProperty("sslfactory", LoginSocketFactory.class.getName());
    return connected(
        ScopedValue.where(NamespaceSocketFactory.ASKING, from)
            .where(LoginSocketFactory.LOGIN, login),
        to,
        properties,
        work);
  }

  private static <T> T connected(
      ScopedValue.Carrier scope, InetSocketAddress to, Properties properties, Work<T> work)
      throws IOException {
    try {
      return scope.call(
          () -> {
            // The driver itself, not DriverManager, which needs its entry in META-INF/services.
            try (Connection c = new org.postgresql.Driver().connect(url(to), properties)) {
              return work.with(c);
            }
          });
    } catch (SQLException e) {
      throw unwrapped(e);
    }
  }

  private static Properties properties(String login, String password) {
    Properties out = new Properties();
    out.setProperty("user", login);
    out.setProperty("password", password);
    out.setProperty("sslmode", "disable"); // the packaged server is built without TLS
    out.setProperty("gssEncMode", "disable");
    out.setProperty("reWriteBatchedInserts", "true");
    out.setProperty("ApplicationName", "ringfence-lab");
    out.setProperty("connectTimeout", String.valueOf(CONNECT_MAX.toSeconds()));
    out.setProperty("socketTimeout", String.valueOf(ANSWER_MAX.toSeconds()));
    out.setProperty("socketFactory", NamespaceSocketFactory.class.getName());
    return out;
  }

  private static String url(InetSocketAddress to) {
    String host = to.getAddress().getHostAddress();
    String literal = to.getAddress() instanceof Inet6Address ? "[" + host + "]" : host;
    return "jdbc:postgresql://%s:%d/%s".formatted(literal, to.getPort(), PgDataFolder.DATABASE);
  }

  /** The network's failure where there is one below, else the server's words. */
  private static IOException unwrapped(SQLException e) {
    return e.getCause() instanceof IOException network
        ? network
        : new EngineRefusal("the database says: " + e.getMessage());
  }
}
