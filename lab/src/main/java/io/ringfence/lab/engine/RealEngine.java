package io.ringfence.lab.engine;

import io.ringfence.lab.pki.Login;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A real database in the lab: the vendor's own server, run as an unprivileged user inside one
 * network namespace, holding real vectors of two tenants.
 */
public interface RealEngine extends AutoCloseable {
  /** The programs it consists of, for {@link EngineInstall}. */
  EngineSoftware software();

  /** Its name in a blueprint. */
  default String engine() {
    return software().engine();
  }

  /** The port it listens on, as the engine catalogue has it. */
  int port();

  /** The collection that holds a tenant's rows, by the tenant. */
  SortedMap<String, String> collections();

  /**
   * Starts the server and returns once it answers.
   *
   * @param address the only one it listens on; it must be up in the namespace, and {@code lo} too
   * @param workDir takes its data, secrets, log and pid; what a killed run left there is ended
   *     first
   */
  void start(NamespaceRunner home, InetAddress address, Path workDir) throws IOException;

  /** Creates every tenant's collection with its rows. */
  void seed() throws IOException;

  /**
   * Asks for a tenant's nearest texts over a connection opened inside the asking namespace.
   *
   * @throws EngineRefusal if the server says no; any other IOException if it is not reached
   */
  Answer query(NamespaceRunner from, InetSocketAddress to, String tenant, String text)
      throws IOException;

  /** With what a gateway logs in, by the credential's name in a blueprint. */
  default Map<String, String> gatewayLogin() {
    return Map.of();
  }

  /**
   * Asks a gateway for the texts nearest to another, over a connection opened inside the asking
   * namespace.
   *
   * @param tenant who asks
   * @param collection as the client calls it
   * @throws EngineRefusal if the gateway says no; any other IOException if it is not reached
   */
  Answer ask(
      NamespaceRunner from,
      InetSocketAddress to,
      Login login,
      String tenant,
      String collection,
      String text)
      throws IOException;

  /**
   * What whoever reaches the server reads without any credentials: some rows of every collection.
   *
   * @throws EngineRefusal if that is nothing
   */
  Answer anonymous(NamespaceRunner from, InetSocketAddress to) throws IOException;

  /** Asks the server what it is, over a connection opened inside the asking namespace. */
  String health(NamespaceRunner from, InetSocketAddress to) throws IOException;

  /** Ends the server and removes its data; nothing happens if it does not run. */
  @Override
  void close() throws IOException;

  /** The engines that can run in a lab, by their name in a blueprint. */
  static SortedMap<String, EngineSoftware> available() {
    SortedMap<String, EngineSoftware> out = new TreeMap<>();
    for (EngineSoftware s : List.of(PgVectorEngine.SOFTWARE, ChromaEngine.SOFTWARE)) {
      out.put(s.engine(), s);
    }
    return out;
  }

  /** The engine of that name, from what {@link EngineInstall#provide} put in place. */
  static RealEngine of(EngineSoftware software, Path installed) {
    return switch (software.engine()) {
      case "postgresql" -> new PgVectorEngine(installed);
      case "chroma" -> new ChromaEngine(installed);
      default ->
          throw new IllegalArgumentException(
              "no real `%s` runs in a lab; these do: %s"
                  .formatted(software.engine(), String.join(", ", available().keySet())));
    };
  }

  /** Ends the server that a killed run left in this working directory, and no other process. */
  static void endLeftover(Path workDir) throws IOException {
    DatabaseProcess.endLeftover(workDir);
  }
}
