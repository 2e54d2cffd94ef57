package io.ringfence.conformance.throughput;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** HAProxy, two threads, every connection to the database kept. */
record Haproxy(String program) implements Contender {
  @Override
  public String name() {
    return "haproxy";
  }

  @Override
  public List<String> command(Site site, Demand demand, int port, int database) throws IOException {
    Path file = site.file("haproxy-" + port + ".cfg");
    String jwt =
        switch (demand) {
          case MTLS -> "";
          case MTLS_AND_JWT ->
              """
                http-request set-var(txn.alg) http_auth_bearer,jwt_header_query('$.alg')
                http-request deny deny_status 401 unless { var(txn.alg) -m str RS256 }
                http-request deny deny_status 401 unless { http_auth_bearer,jwt_payload_query('$.iss') -m str %s }
                http-request deny deny_status 401 unless { http_auth_bearer,jwt_payload_query('$.aud') -m str %s }
                http-request deny deny_status 401 unless { http_auth_bearer,jwt_verify(txn.alg,"%s") 1 }
              """
                  .formatted(Tokens.ISSUER, Tokens.AUDIENCE, site.file("jwt.pem"));
        };
    Files.writeString(
        file,
        """
        global
          nbthread 2
        defaults
          mode http
          timeout connect 5s
          timeout client 60s
          timeout server 60s
          http-reuse always
        frontend clients
          bind 127.0.0.1:%d ssl crt %s ca-file %s verify required ssl-min-ver TLSv1.3 alpn http/1.1
        %s  default_backend database
        backend database
          server one 127.0.0.1:%d
        """
            .formatted(port, site.file("server-both.pem"), site.file("ca.pem"), jwt, database));
    return List.of(program, "-db", "-f", file.toString());
  }
}
