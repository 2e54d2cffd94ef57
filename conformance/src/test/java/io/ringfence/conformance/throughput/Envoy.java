package io.ringfence.conformance.throughput;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Envoy, two workers; with tokens also its RBAC over their claims. */
record Envoy(String program) implements Contender {
  private static final int FILTER_INDENT = 18;

  @Override
  public String name() {
    return "envoy";
  }

  @Override
  public List<String> command(Site site, Demand demand, int port, int database) throws IOException {
    Path file = site.file("envoy-" + port + ".yaml");
    String filters =
        switch (demand) {
          case MTLS -> "";
          case MTLS_AND_JWT ->
              """
              - name: envoy.filters.http.jwt_authn
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication
                  providers:
                    login:
                      issuer: %s
                      audiences: [%s]
                      payload_in_metadata: claims
                      local_jwks: { filename: %s }
                  rules: [{ match: { prefix: / }, requires: { provider_name: login } }]
              - name: envoy.filters.http.rbac
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC
                  rules:
                    action: ALLOW
                    policies:
                      search:
                        permissions: [{ header: { name: ":method", string_match: { exact: POST } } }]
                        principals:
                          - and_ids:
                              ids:
                                - authenticated: { principal_name: { exact: %s } }
                                - metadata:
                                    filter: envoy.filters.http.jwt_authn
                                    path: [{ key: claims }, { key: org_id }]
                                    value: { string_match: { exact: acme } }
              """
                  .formatted(Tokens.ISSUER, Tokens.AUDIENCE, site.file("jwks.json"), Site.CLIENT);
        };
    Files.writeString(
        file,
        """
        static_resources:
          listeners:
            - address: { socket_address: { address: 127.0.0.1, port_value: %1$d } }
              filter_chains:
                - transport_socket:
                    name: tls
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
                      require_client_certificate: true
                      common_tls_context:
                        alpn_protocols: [http/1.1]
                        tls_params: { tls_minimum_protocol_version: TLSv1_3, tls_maximum_protocol_version: TLSv1_3 }
                        tls_certificates: [{ certificate_chain: { filename: %2$s }, private_key: { filename: %3$s } }]
                        validation_context: { trusted_ca: { filename: %4$s } }
                  filters:
                    - name: envoy.filters.network.http_connection_manager
                      typed_config:
                        "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                        stat_prefix: clients
                        http_filters:
        %5$s                  - name: envoy.filters.http.router
                            typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
                        route_config:
                          virtual_hosts: [{ name: all, domains: ["*"], routes: [{ match: { prefix: / }, route: { cluster: database } }] }]
          clusters:
            - name: database
              type: STATIC
              load_assignment:
                cluster_name: database
                endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: %6$d } } } }] }]
        """
            .formatted(
                port,
                site.file("server.pem"),
                site.file("server.key"),
                site.file("ca.pem"),
                filters.indent(FILTER_INDENT),
                database));
    return List.of(
        program,
        "-c",
        file.toString(),
        "--concurrency",
        "2",
        "--log-level",
        "error",
        "--disable-hot-restart");
  }
}
