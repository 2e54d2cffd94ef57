package io.ringfence.lab.engine;

import io.ringfence.lab.engine.EngineSoftware.Wheel;
import io.ringfence.lab.pki.Login;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Chroma's own server, single node. It has no authentication: whoever reaches its port reads and
 * writes everything, and a tenant's filter is a matter of the client's manners.
 */
public final class ChromaEngine implements RealEngine {
  static final EngineSoftware SOFTWARE =
      new EngineSoftware(
          "chroma",
          "Chroma 1.5.9",
          Map.of(
              "amd64",
              new Wheel(
                  "chromadb",
                  "1.5.9",
                  "manylinux2014_x86_64",
                  "3.11",
                  "abi3",
                  "cc09b3df76e5a5cb386aed2715a2eea152e3949f9e1ba93c7119505377749929",
                  23_316_203),
              "aarch64",
              new Wheel(
                  "chromadb",
                  "1.5.9",
                  "manylinux2014_aarch64",
                  "3.11",
                  "abi3",
                  "9192d111bd662241625867962333d99369a00769a50f8b2f58cb388731274d7e",
                  22_680_924)),
          List.of("chromadb_rust_bindings"),
          true);

  /**
   * The wheel's whole server is one extension module; the Python client around it is not needed.
   */
  private static final String MAIN =
      "import sys; sys.path.insert(0, sys.argv[1]); from chromadb_rust_bindings import cli;"
          + " cli(['chroma', *sys.argv[2:]])";

  private static final int PORT = 8000;
  private static final int NEAREST = 5;

  /** By tenant; globex shares its with the platform's operator. */
  private static final SortedMap<String, String> COLLECTIONS =
      new TreeMap<>(Map.of("acme", "acme-docs", "globex", "shared-docs"));

  private final Path installed;

  private ChromaClient local;
  private Path data;
  private DatabaseProcess process;

  /**
   * Made from installed programs.
   *
   * @param installed what {@link EngineInstall#provide} returned
   */
  ChromaEngine(Path installed) {
    this.installed = installed;
  }

  @Override
  public EngineSoftware software() {
    return SOFTWARE;
  }

  @Override
  public int port() {
    return PORT;
  }

  @Override
  public SortedMap<String, String> collections() {
    return new TreeMap<>(COLLECTIONS);
  }

  @Override
  public void start(NamespaceRunner home, InetAddress address, Path workDir) throws IOException {
    DatabaseProcess.endLeftover(workDir);
    data = workDir.resolve("data");
    Trees.delete(data);
    Sandbox.makeData(data);
    local = new ChromaClient(home, new InetSocketAddress(address, PORT));
    Python python =
        Python.find().orElseThrow(() -> new IOException("missing: python3, 3.9 or later"));
    Sandbox sandbox = Sandbox.of(installed, Optional.of(python.prefix()), data);
    List<String> server = server(sandbox, python, address);
    process = DatabaseProcess.start(sandbox.command(home, server), workDir);
    process.await(local::version);
  }

  private static List<String> server(Sandbox sandbox, Python python, InetAddress address) {
    List<String> out = new ArrayList<>();
    out.add(sandbox.pythonInside(python.prefix().relativize(python.executable())));
    out.addAll(List.of("-I", "-B", "-c", MAIN, sandbox.softwareInside("")));
    out.addAll(List.of("run", "--path", sandbox.dataInside()));
    out.addAll(List.of("--host", address.getHostAddress(), "--port", String.valueOf(PORT)));
    return out;
  }

  @Override
  public void seed() throws IOException {
    local.add(local.create(COLLECTIONS.get("acme")), "", SeedRows.get().of("acme"));
    String shared = local.create(COLLECTIONS.get("globex"));
    // In a shared collection a gateway tells records apart by what their identifiers begin with.
    local.add(shared, "globex/", SeedRows.get().of("globex"));
    local.add(shared, SupportTexts.PLATFORM + "/", SeedRows.get().of(SupportTexts.PLATFORM));
  }

  /** With the tenant's filter, as a well-behaved client would send it. */
  @Override
  public Answer query(NamespaceRunner from, InetSocketAddress to, String tenant, String text)
      throws IOException {
    String collection = SeedRows.collectionOf(tenant, COLLECTIONS);
    float[] vector = SeedRows.get().vector(text);
    ChromaClient client = new ChromaClient(from, to);
    long began = System.nanoTime();
    List<Answer.Row> rows = client.nearest(collection, tenant, vector, NEAREST);
    return new Answer(rows, Duration.ofNanos(System.nanoTime() - began));
  }

  @Override
  public Answer ask(
      NamespaceRunner from,
      InetSocketAddress to,
      Login login,
      String tenant,
      String collection,
      String text)
      throws IOException {
    float[] vector = SeedRows.get().vector(text);
    ChromaClient client = new ChromaClient(from, to, Optional.of(login));
    long began = System.nanoTime();
    List<Answer.Row> rows = client.nearest(collection, "", vector, NEAREST);
    return new Answer(rows, Duration.ofNanos(System.nanoTime() - began));
  }

  @Override
  public Answer anonymous(NamespaceRunner from, InetSocketAddress to) throws IOException {
    ChromaClient client = new ChromaClient(from, to);
    long began = System.nanoTime();
    List<Answer.Row> rows = new ArrayList<>();
    for (String collection : client.collections()) {
      rows.addAll(client.some(collection, NEAREST));
    }
    return new Answer(rows, Duration.ofNanos(System.nanoTime() - began));
  }

  @Override
  public String health(NamespaceRunner from, InetSocketAddress to) throws IOException {
    return "Chroma, which calls itself " + new ChromaClient(from, to).version();
  }

  @Override
  public void close() throws IOException {
    if (process != null) {
      process.stop("TERM");
      process = null;
      Trees.delete(data);
    }
  }
}
