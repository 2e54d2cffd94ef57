package io.ringfence.cli;

import io.ringfence.gateway.identity.SteadyTime;
import io.ringfence.gateway.secret.Secrets;
import io.ringfence.gateway.serve.GatewayServer;
import io.ringfence.gateway.serve.PolicyRefusedException;
import io.ringfence.gateway.serve.ServeSettings;
import io.ringfence.lab.pki.LabAuthority;
import io.ringfence.lab.pki.LabIssuer;
import io.ringfence.lab.pki.Login;
import io.ringfence.model.Address;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A gateway of the example that serves on loopback for a moment, in front of nothing: what its
 * start and a request load. With keys of its own, made for that moment.
 */
final class GatewayTraining {
  private static final String EXAMPLE = "/examples/rag-platform.yaml";
  private static final String CALLER = "spiffe://acme.example/ns/app/sa/rag-api";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Shell shell;
  private final Path folder;

  /**
   * @param folder where blueprint, keys and audit log are written
   */
  GatewayTraining(Shell shell, Path folder) {
    this.shell = shell;
    this.folder = folder;
  }

  void run() throws IOException, GeneralSecurityException, PolicyRefusedException {
    Path blueprint = folder.resolve("site.yaml");
    try (InputStream in = GatewayTraining.class.getResourceAsStream(EXAMPLE)) {
      Files.copy(in, blueprint);
    }
    LabAuthority authority = writeKeys();
    InetSocketAddress anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    ServeSettings settings =
        new ServeSettings(
            "gateway",
            new Secrets(folder, name -> "unused"),
            Map.of("rest", anywhere, "grpc", anywhere),
            Map.of(),
            false,
            note -> {});
    WatchedBlueprint watched = new WatchedBlueprint(shell, List.of(blueprint.toString()));
    try (GatewayServer server = GatewayServer.start(settings, watched, new SteadyTime())) {
      ask(server.status().listens().get("qdrant/rest").getFirst().getPort(), authority);
    }
  }

  private LabAuthority writeKeys() throws IOException, GeneralSecurityException {
    LabAuthority authority = new LabAuthority("training");
    LabAuthority.Holder own =
        authority.server(
            "gateway", List.of(Address.of(InetAddress.getLoopbackAddress().getAddress())));
    Path keys = Files.createDirectories(folder.resolve("keys"));
    write(keys.resolve("gateway.pem"), own.certificatePem());
    write(keys.resolve("gateway.key"), own.keyPem());
    write(keys.resolve("acme-ca.pem"), authority.pem());
    write(keys.resolve("acme-jwks.json"), new LabIssuer("https://login.acme.example").jwks());
    return authority;
  }

  private static void write(Path path, String text) throws IOException {
    Files.writeString(path, text, StandardCharsets.UTF_8);
  }

  /** It is permitted nothing there, or there is no database: either way the road is taken. */
  private static void ask(int port, LabAuthority authority)
      throws IOException, GeneralSecurityException {
    Login login = Login.of(authority, authority.workload(CALLER), Optional.empty());
    try (HttpClient client = HttpClient.newBuilder().sslContext(login.tls()).build()) {
      client.send(
          HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/collections"))
              .timeout(PATIENCE)
              .build(),
          HttpResponse.BodyHandlers.discarding());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
