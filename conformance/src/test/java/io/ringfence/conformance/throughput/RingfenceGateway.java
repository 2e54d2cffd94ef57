package io.ringfence.conformance.throughput;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Our own, as the command line starts it: it classifies, authorizes, scopes, encodes anew, checks
 * the answer and audits durably, whatever clients show.
 */
record RingfenceGateway(Searches searches) implements Contender {
  @Override
  public String name() {
    return "ringfence";
  }

  @Override
  public List<String> command(Site site, Demand demand, int port, int database) throws IOException {
    Path folder = Files.createDirectories(site.file("ringfence-" + port));
    Path blueprint = folder.resolve("site.yaml");
    Files.writeString(blueprint, blueprint(site, demand));
    return OwnProgram.gateway(blueprint, "rest", port, database);
  }

  private String blueprint(Site site, Demand demand) {
    String jwt =
        switch (demand) {
          case MTLS -> "";
          case MTLS_AND_JWT ->
              ", jwt: { issuer: %s, audience: %s, jwks: { file: %s } }"
                  .formatted(Tokens.ISSUER, Tokens.AUDIENCE, site.file("jwks.json"));
        };
    return """
    ringfence: v1
    name: bench
    segments:
      app: { tier: application, networks: [10.30.1.0/24] }
      vectordb: { tier: database, networks: [10.30.2.0/24], isolation: micro }
    workloads:
      rag-api: { segment: app, addresses: [10.30.1.10], identity: %s }
      gateway: { segment: vectordb, addresses: [10.30.2.5], kind: gateway }
      database: { segment: vectordb, addresses: [10.30.2.11], engine: %s }
    tenants:
      acme: { members: [%s], separation: names, prefix: acme-, collections: ["acme-*"] }
    roles:
      reader: { actions: [query] }
    gateways:
      gateway:
        in-front-of: [database]
        tls: { certificate: { file: %s }, key: { file: %s }, trust: { %s: { file: %s } } }
        identity: { mtls: required%s }
        audit: { to: audit/ }
    access:
      - { name: search, from: rag-api, to: database/rest, through: gateway, role: reader, collections: ["acme-*"] }
    """
        .formatted(
            Site.CLIENT,
            searches.engine(),
            Site.CLIENT,
            site.file("server.pem"),
            site.file("server.key"),
            Site.TRUST_DOMAIN,
            site.file("ca.pem"),
            jwt);
  }
}
