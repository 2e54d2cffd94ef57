package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.PointsGrpc;
import io.ringfence.conformance.gateway.FaultyRelay.Break;
import io.ringfence.conformance.gateway.FaultyRelay.Fault;
import io.ringfence.gateway.serve.GatewayServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stand-in for Qdrant that stalls, breaks off and is killed, by REST and by gRPC. */
@Tag("slow")
class QdrantFaultsTest {
  private static final int MIDST = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path folder;

  private GatewaySite site;
  private StandInQdrant qdrant;
  private FaultyRelay rest;
  private FaultyRelay grpc;
  private GatewayServer gateway;
  private ManagedChannel acme;
  private ManagedChannel stranger;
  private HttpClient http;
  private HttpClient strangersHttp;

  @BeforeEach
  void start() throws Exception {
    qdrant = new StandInQdrant(Files.createDirectories(folder.resolve("one")));
    site = new GatewaySite(folder);
    site.write(
        QdrantSite.BLUEPRINT
            .replace("limits: { body: 1MiB }", "limits: { body: 1MiB, time: 1s }")
            .replaceAll("(?m)^ *api-keys: .*\n", ""));
    rest = new FaultyRelay(qdrant.rest());
    grpc = new FaultyRelay(qdrant.grpc());
    gateway =
        site.start(
            "gateway",
            Map.of("rest", 0, "grpc", 0),
            Map.of("database/rest", rest.socket(), "database/grpc", grpc.socket()));
    acme = channel("acme-app");
    stranger = channel("nobody");
    http = HttpClient.newBuilder().sslContext(site.client("acme-app")).build();
    strangersHttp = HttpClient.newBuilder().sslContext(site.client("nobody")).build();
    create();
  }

  private void create() {
    CollectionsGrpc.newBlockingStub(acme)
        .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .create(
            CreateCollection.newBuilder()
                .setCollectionName("docs")
                .setVectorsConfig(
                    VectorsConfig.newBuilder()
                        .setParams(VectorParams.newBuilder().setSize(2).setDistance(Distance.Dot)))
                .build());
  }

  @AfterEach
  void end() throws Exception {
    if (gateway == null) {
      return; // the stand-in is not here
    }
    acme.shutdownNow();
    stranger.shutdownNow();
    http.shutdownNow();
    strangersHttp.shutdownNow();
    gateway.close();
    rest.close();
    grpc.close();
    qdrant.close();
  }

  private int port(String service) {
    return gateway.status().listens().get("database/" + service).getFirst().getPort();
  }

  private ManagedChannel channel(String workload) throws IOException {
    site.workload(workload);
    return Grpc.newChannelBuilder(
            "localhost:" + port("grpc"),
            TlsChannelCredentials.newBuilder()
                .trustManager(site.keys().resolve("ca.pem").toFile())
                .keyManager(
                    site.keys().resolve(workload + ".pem").toFile(),
                    site.keys().resolve(workload + ".key").toFile())
                .build())
        .build();
  }

  // --- What clients ask ---

  private static Status.Code code(Runnable call) {
    try {
      call.run();
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  private static PointsGrpc.PointsBlockingStub points(ManagedChannel channel) {
    return PointsGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static Status.Code count(ManagedChannel channel) {
    CountPoints count = CountPoints.newBuilder().setCollectionName("docs").build();
    return code(() -> points(channel).count(count));
  }

  private static Status.Code upsert(ManagedChannel channel) {
    PointStruct point =
        PointStruct.newBuilder()
            .setId(io.qdrant.client.PointIdFactory.id(1))
            .setVectors(io.qdrant.client.VectorsFactory.vectors(1f, 0f))
            .build();
    UpsertPoints upsert =
        UpsertPoints.newBuilder().setCollectionName("docs").addPoints(point).build();
    return code(() -> points(channel).upsert(upsert));
  }

  private HttpResponse<String> send(HttpClient client, String method, String path, String body)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("https://localhost:" + port("rest") + path))
            .timeout(PATIENCE)
            .header("content-type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private int countByRest(HttpClient client) throws Exception {
    HttpResponse<String> answer =
        send(client, "POST", "/collections/docs/points/count", "{\"exact\":true}");
    boolean whole = answer.statusCode() == 200;
    assertEquals(whole, answer.body().contains("\"count\""), answer.body());
    assertTrue(answer.body().contains("\"status\""), answer.body());
    return answer.statusCode();
  }

  private int upsertByRest() throws Exception {
    String point = "{\"points\":[{\"id\":1,\"vector\":[1,0]}]}";
    return send(http, "PUT", "/collections/docs/points", point).statusCode();
  }

  // --- Faults ---

  private static List<Break> breaks() {
    List<Break> out = new ArrayList<>();
    for (Fault fault : List.of(Fault.STALL, Fault.RESET, Fault.HALF_CLOSE)) {
      out.add(new Break(fault, 0));
      out.add(new Break(fault, MIDST));
    }
    return out;
  }

  @Test
  void callsThatBreakOffAreNoneAndTheNextIsServed() throws Exception {
    for (Break here : breaks()) {
      assertEquals(Status.Code.OK, count(acme), here::toString);
      grpc.put(here);
      Status.Code late =
          here.fault() == Fault.STALL ? Status.Code.DEADLINE_EXCEEDED : Status.Code.UNAVAILABLE;
      assertEquals(late, count(acme), here::toString);
      assertEquals(late, upsert(acme), here::toString);
      assertEquals(Status.Code.PERMISSION_DENIED, count(stranger));
      grpc.put(FaultyRelay.WHOLE);
      eventually(here.toString(), () -> count(acme) == Status.Code.OK);
      assertEquals(Status.Code.OK, upsert(acme), here::toString);
    }
    gateway.close();
    assertEquals(0, Recorded.in(folder.resolve("audit")).unfinished());
  }

  @Test
  void answersThatBreakOffAreNoneAndWritesAreAskedOnce() throws Exception {
    int writes = 0;
    for (Break here : breaks()) {
      assertEquals(200, countByRest(http), here::toString);
      rest.put(here);
      int late = here.fault() == Fault.STALL ? 504 : 503;
      assertEquals(late, countByRest(http), here::toString);
      assertEquals(late, upsertByRest(), here::toString);
      writes++;
      assertEquals(403, countByRest(strangersHttp));
      rest.put(FaultyRelay.WHOLE);
      assertEquals(200, countByRest(http), here::toString);
    }
    long heard =
        qdrant.takeAsked().stream()
            .filter(a -> a.startsWith("PUT /collections/acme-docs/points"))
            .count();
    assertEquals(writes, heard, "what may change data is not asked twice");
    gateway.close();
    assertEquals(0, Recorded.in(folder.resolve("audit")).unfinished());
  }

  @FunctionalInterface
  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void eventually(String what, Condition condition) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < end, what);
      Thread.sleep(50);
    }
  }

  /** Killed at once under load: refusals only, and service again with the next database. */
  @Test
  void aDatabaseThatIsKilledUnderLoadIsMissedAndFoundAgain() throws Exception {
    ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
    AtomicBoolean over = new AtomicBoolean();
    List<Thread> clients = new ArrayList<>();
    clients.add(asking(over, seen, () -> "acme " + count(acme)));
    clients.add(asking(over, seen, () -> "acme " + countByRest(http)));
    clients.add(asking(over, seen, () -> "nobody " + count(stranger)));
    clients.add(asking(over, seen, () -> "nobody " + countByRest(strangersHttp)));
    eventually("all are served", () -> answered(seen, "acme OK", 10, "acme 200", 10));
    qdrant.close();
    eventually("it is missed", () -> answered(seen, "acme UNAVAILABLE", 3, "acme 503", 3));
    qdrant = new StandInQdrant(Files.createDirectories(folder.resolve("two")));
    rest.leadTo(qdrant.rest());
    grpc.leadTo(qdrant.grpc());
    eventually("it is found", () -> code(this::create) == Status.Code.OK);
    seen.removeIf(s -> s.equals("acme OK") || s.equals("acme 200"));
    eventually("all are served again", () -> answered(seen, "acme OK", 10, "acme 200", 10));
    over.set(true);
    for (Thread client : clients) {
      assertTrue(client.join(PATIENCE));
    }
    seen.removeIf(
        s ->
            s.matches(
                "acme (OK|200|UNAVAILABLE|50[34]|DEADLINE_EXCEEDED|NOT_FOUND|404)"
                    + "|nobody (PERMISSION_DENIED|403)"));
    assertEquals(List.of(), List.copyOf(seen));
    gateway.close();
    assertEquals(0, Recorded.in(folder.resolve("audit")).unfinished());
  }

  @FunctionalInterface
  private interface Asking {
    String ask() throws Exception;
  }

  private static Thread asking(AtomicBoolean over, ConcurrentLinkedQueue<String> seen, Asking ask) {
    return Thread.ofVirtual()
        .start(
            () -> {
              while (!over.get()) {
                try {
                  seen.add(ask.ask());
                  Thread.sleep(10);
                } catch (Exception | AssertionError e) {
                  seen.add("failed: " + e);
                }
              }
            });
  }

  private static boolean answered(
      ConcurrentLinkedQueue<String> seen, String one, int ones, String other, int others) {
    return seen.stream().filter(one::equals).count() >= ones
        && seen.stream().filter(other::equals).count() >= others;
  }

  /** An open connection of gRPC stays, and is asked over on; whoever comes sees the new one. */
  @Test
  void rotationsUnderLoadLoseNoCall() throws Exception {
    ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
    AtomicBoolean over = new AtomicBoolean();
    Thread client = asking(over, seen, () -> count(acme).toString());
    BigInteger before = serial();
    for (int rotation = 1; rotation <= 3; rotation++) {
      int goal = seen.size() + 10;
      site.newServerCertificate();
      BigInteger old = before;
      eventually("rotation " + rotation, () -> !serial().equals(old) && seen.size() >= goal);
      before = serial();
      assertNotEquals(old, before);
    }
    over.set(true);
    assertTrue(client.join(PATIENCE));
    seen.removeIf("OK"::equals);
    assertEquals(List.of(), List.copyOf(seen));
  }

  private BigInteger serial() throws Exception {
    try (SSLSocket socket =
        (SSLSocket)
            site.client("acme-app").getSocketFactory().createSocket("localhost", port("grpc"))) {
      javax.net.ssl.SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }
}
