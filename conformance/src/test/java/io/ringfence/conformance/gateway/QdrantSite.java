package io.ringfence.conformance.gateway;

import io.ringfence.gateway.identity.ApiKeyText;
import io.ringfence.gateway.serve.GatewayServer;
import io.ringfence.gateway.serve.PolicyRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A gateway before the stand-in for Qdrant, with four tenants: two with collections of their own,
 * two that share one. Clients log in with API keys, as the official ones can.
 */
final class QdrantSite implements AutoCloseable {
  static final String BLUEPRINT =
      """
      ringfence: v1
      name: four-tenants
      segments:
        app: { tier: application, networks: [10.30.1.0/24] }
        vectordb: { tier: database, networks: [10.30.2.0/24], isolation: micro }
      workloads:
        acme-app: { segment: app, addresses: [10.30.1.10], identity: spiffe://acme.example/acme-app }
        globex-app: { segment: app, addresses: [10.30.1.20], identity: spiffe://acme.example/globex-app }
        red-app: { segment: app, addresses: [10.30.1.30], identity: spiffe://acme.example/red-app }
        blue-app: { segment: app, addresses: [10.30.1.40], identity: spiffe://acme.example/blue-app }
        viewer: { segment: app, addresses: [10.30.1.50], identity: spiffe://acme.example/viewer }
        gateway: { segment: vectordb, addresses: [10.30.2.5], kind: gateway }
        database: { segment: vectordb, addresses: [10.30.2.11], engine: qdrant }
      tenants:
        acme: { members: [spiffe://acme.example/acme-app, spiffe://acme.example/viewer], separation: names, prefix: acme-, collections: ["acme-*"] }
        globex: { members: [spiffe://acme.example/globex-app], separation: names, prefix: globex-, collections: ["globex-*"] }
        red: { members: [spiffe://acme.example/red-app], separation: filter, rows: { collection: shared, key: tenant_id } }
        blue: { members: [spiffe://acme.example/blue-app], separation: filter, rows: { collection: shared, key: tenant_id } }
      roles:
        owner: { actions: [query, insert, update, delete, index, manage] }
        writer: { actions: [query, insert, update, delete] }
        reader: { actions: [query] }
      gateways:
        gateway:
          in-front-of: [database]
          tls: { certificate: { file: keys/gateway.pem }, key: { file: keys/gateway.key }, trust: { acme.example: { file: keys/ca.pem } } }
          identity: { mtls: optional }
          api-keys: { file: keys/api-keys.yaml }
          limits: { body: 1MiB }
          audit: { to: audit/ }
      access:
        - { name: owners-rest, from: [acme-app, globex-app], to: database/rest, through: gateway, role: owner }
        - { name: owners-grpc, from: [acme-app, globex-app], to: database/grpc, through: gateway, role: owner }
        - { name: sharers-rest, from: [red-app, blue-app], to: database/rest, through: gateway, role: writer }
        - { name: sharers-grpc, from: [red-app, blue-app], to: database/grpc, through: gateway, role: writer }
        - { name: viewers, from: viewer, to: [database/rest, database/grpc], through: gateway, role: reader }
      guardrails:
        - { name: tenants-apart, isolated: tenants }
      """;

  /** Where {@code scripts/test-clients} puts clients for Node.js. */
  static final Path NODE_CLIENTS =
      Path.of("../.ringfence/clients/node").toAbsolutePath().normalize();

  private final Path folder;
  private final GatewaySite site;
  private final StandInQdrant qdrant;
  private final GatewayServer gateway;
  private final Map<String, String> keys = new LinkedHashMap<>();

  QdrantSite(Path folder) throws IOException, PolicyRefusedException {
    this.folder = folder;
    qdrant = new StandInQdrant(folder);
    site = new GatewaySite(folder);
    site.write(BLUEPRINT);
    writeKeys(List.of("acme-app", "globex-app", "red-app", "blue-app", "viewer"));
    gateway =
        site.start(
            "gateway",
            Map.of("rest", 0, "grpc", 0),
            Map.of("database/rest", qdrant.rest(), "database/grpc", qdrant.grpc()));
    for (String program : List.of("quickstart.py", "shared.py", "quickstart.mjs")) {
      try (InputStream in = QdrantSite.class.getResourceAsStream("/qdrant/" + program)) {
        Files.copy(in, folder.resolve(program));
      }
    }
  }

  private void writeKeys(List<String> workloads) throws IOException {
    StringBuilder out = new StringBuilder("keys:\n");
    for (String workload : workloads) {
      String key = ApiKeyText.random(new SecureRandom());
      keys.put(workload, key);
      out.append(
          "  - { id: %s, sha256: %s, principal: %s%s, expires: 2099-01-01T00:00:00Z }\n"
              .formatted(
                  ApiKeyText.id(key).orElseThrow(),
                  ApiKeyText.sha256(key),
                  GatewaySite.TRUST_DOMAIN,
                  workload));
    }
    Files.writeString(site.keys().resolve("api-keys.yaml"), out);
  }

  StandInQdrant qdrant() {
    return qdrant;
  }

  GatewaySite site() {
    return site;
  }

  String key(String workload) {
    return keys.get(workload);
  }

  int port(String service) {
    return gateway.status().listens().get("database/" + service).getFirst().getPort();
  }

  /** Runs a program through the gateway as a workload, and says what it printed. */
  List<String> run(String workload, String program, String... arguments)
      throws IOException, InterruptedException {
    Map<String, String> environment =
        Map.of(
            "QDRANT_URL", "https://localhost:" + port("rest"),
            "QDRANT_GRPC_PORT", String.valueOf(port("grpc")),
            "QDRANT_API_KEY", key(workload),
            "NODE_EXTRA_CA_CERTS", site.keys().resolve("ca.pem").toString(),
            "SSL_CERT_FILE", site.keys().resolve("ca.pem").toString(),
            "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", site.keys().resolve("ca.pem").toString());
    return run(environment, program, arguments);
  }

  /** Runs it against the stand-in, without a gateway. */
  List<String> runDirectly(String program, String... arguments)
      throws IOException, InterruptedException {
    Map<String, String> environment =
        Map.of(
            "QDRANT_URL",
            "http://localhost:" + qdrant.rest().getPort(),
            "QDRANT_GRPC_PORT",
            String.valueOf(qdrant.grpc().getPort()));
    return run(environment, program, arguments);
  }

  private List<String> run(Map<String, String> environment, String program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    boolean node = program.endsWith(".mjs");
    command.add(node ? "node" : StandInQdrant.python().toString());
    command.add(folder.resolve(program).toString());
    command.addAll(List.of(arguments));
    Path log = Files.createTempFile(folder, program, ".log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    builder.environment().putAll(environment);
    builder.environment().put("PYTHONWARNINGS", "ignore");
    builder.environment().put("QDRANT_CLIENTS", NODE_CLIENTS.toString());
    Process process = builder.start();
    byte[] out = process.getInputStream().readAllBytes();
    if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(Files.readString(log));
    }
    return new String(out, StandardCharsets.UTF_8).lines().toList();
  }

  @Override
  public void close() {
    gateway.close();
    qdrant.close();
  }
}
