package io.ringfence.conformance.throughput;

import io.ringfence.gateway.identity.ApiKeyText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Our own before PostgreSQL: it parses, classifies, authorizes, scopes, prints anew and audits
 * durably.
 *
 * @param key that acme shows
 */
record RingfencePostgresql(String key) implements Contender {
  @Override
  public String name() {
    return "ringfence";
  }

  @Override
  public List<String> command(Site site, Demand demand, int port, int database) throws IOException {
    Path folder = Files.createDirectories(site.file("ringfence-" + port));
    Files.writeString(folder.resolve("database"), PooledDatabase.DATABASE);
    Files.writeString(folder.resolve("password"), PooledDatabase.PASSWORD);
    Files.writeString(
        folder.resolve("api-keys.yaml"),
        "keys:\n  - { id: %s, sha256: %s, principal: \"%s\", expires: 2999-01-01T00:00:00Z }\n"
            .formatted(ApiKeyText.id(key).orElseThrow(), ApiKeyText.sha256(key), Site.CLIENT));
    Path blueprint = folder.resolve("site.yaml");
    Files.writeString(blueprint, blueprint(site));
    return OwnProgram.gateway(blueprint, "sql", port, database);
  }

  private static String blueprint(Site site) {
    return """
    ringfence: v1
    name: bench
    segments:
      app: { tier: application, networks: [10.30.1.0/24] }
      vectordb: { tier: database, networks: [10.30.2.0/24], isolation: micro }
    workloads:
      rag-api: { segment: app, addresses: [10.30.1.10], identity: %s }
      gateway: { segment: vectordb, addresses: [10.30.2.5], kind: gateway }
      database: { segment: vectordb, addresses: [10.30.2.11], engine: postgresql }
    tenants:
      acme: { members: [%s], separation: names, prefix: acme_, collections: ["acme_*"] }
    roles:
      reader: { actions: [query] }
    gateways:
      gateway:
        in-front-of: [database]
        tls: { certificate: { file: %s }, key: { file: %s }, trust: { %s: { file: %s } } }
        identity: { mtls: optional }
        upstream: { database: { credentials: { database: { file: database }, password: { file: password } } } }
        audit: { to: audit/ }
        api-keys: { file: api-keys.yaml }
    access:
      - { name: search, from: rag-api, to: database/sql, through: gateway, role: reader }
    """
        .formatted(
            Site.CLIENT,
            Site.CLIENT,
            site.file("server.pem"),
            site.file("server.key"),
            Site.TRUST_DOMAIN,
            site.file("ca.pem"));
  }
}
