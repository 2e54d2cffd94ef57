package io.ringfence.conformance.throughput;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** pgbouncer, a server's connection for each client's, as the gateway has it. */
record Pgbouncer(String program) implements Contender {
  @Override
  public String name() {
    return "pgbouncer";
  }

  @Override
  public List<String> command(Site site, Demand demand, int port, int database) throws IOException {
    Path folder = Files.createDirectories(site.file("pgbouncer-" + port));
    Path users = folder.resolve("users");
    Files.writeString(
        users, "\"%s\" \"%s\"\n".formatted(PooledDatabase.ROLE, PooledDatabase.PASSWORD));
    Path file = folder.resolve("pgbouncer.ini");
    Files.writeString(
        file,
        """
        [databases]
        %s = host=127.0.0.1 port=%d
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = plain
        auth_file = %s
        client_tls_sslmode = require
        client_tls_cert_file = %s
        client_tls_key_file = %s
        client_tls_protocols = tlsv1.3
        pool_mode = session
        max_client_conn = 200
        default_pool_size = 100
        ignore_startup_parameters = extra_float_digits
        log_connections = 0
        log_disconnections = 0
        """
            .formatted(
                PooledDatabase.DATABASE,
                database,
                port,
                users,
                site.file("server.pem"),
                site.file("server.key")));
    return System.getProperty("user.name").equals("root")
        // It refuses to run as root.
        ? List.of(
            "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program, file.toString())
        : List.of(program, file.toString());
  }
}
