package io.ringfence.conformance.gateway;

/** Two tenants in front of one Chroma: acme may do all with its own, globex may only read. */
final class TwoTenants {
  static final String BLUEPRINT =
      """
      ringfence: v1
      name: two-tenants
      segments:
        app: { tier: application, networks: [10.30.1.0/24] }
        vectordb: { tier: database, networks: [10.30.2.0/24], isolation: micro }
      workloads:
        acme-app: { segment: app, addresses: [10.30.1.10], identity: spiffe://acme.example/acme-app }
        globex-app: { segment: app, addresses: [10.30.1.20], identity: spiffe://acme.example/globex-app }
        nobody: { segment: app, addresses: [10.30.1.30], identity: spiffe://acme.example/nobody }
        gateway: { segment: vectordb, addresses: [10.30.2.5], kind: gateway }
        database: { segment: vectordb, addresses: [10.30.2.11], engine: chroma }
      tenants:
        acme: { members: [spiffe://acme.example/acme-app], separation: names, prefix: acme-, collections: ["acme-*"] }
        globex: { members: [spiffe://acme.example/globex-app], separation: names, prefix: globex-, collections: ["globex-*"] }
      roles:
        owner: { actions: [query, insert, update, delete, manage] }
        reader: { actions: [query] }
      gateways:
        gateway:
          in-front-of: [database]
          tls: { certificate: { file: keys/gateway.pem }, key: { file: keys/gateway.key }, trust: { acme.example: { file: keys/ca.pem } } }
          identity: { mtls: required }
          limits: { body: 1MiB }
          audit: { to: audit/ }
      access:
        - { name: acme, from: acme-app, to: database/rest, through: gateway, role: owner }
        - { name: globex, from: globex-app, to: database/rest, through: gateway, role: reader }
      guardrails:
        - { name: tenants-apart, isolated: tenants }
        - { name: no-bypass, only: { from: gateway, to: database/rest } }
      """;

  private TwoTenants() {}
}
