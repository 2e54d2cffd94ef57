package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.audit.AuditRecord;
import io.ringfence.gateway.serve.GatewayServer;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies and certificates that change while clients ask. */
@Tag("slow")
class GenerationsTest {
  private static final String LIST =
      "/api/v2/tenants/default_tenant/databases/default_database/collections";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int CLIENTS = 4;
  private static final String CUT = "403 .*it was permitted, and is no longer.*";

  /** The same but for the name under which the server keeps acme's collections, and for globex. */
  private static final String ODD =
      TwoTenants.BLUEPRINT
          .replace("prefix: acme-,", "prefix: acme-odd-,")
          .replace("\"acme-*\"", "\"acme-odd-*\"");

  private static final String EVEN =
      TwoTenants.BLUEPRINT
          .replace("prefix: acme-,", "prefix: acme-even-,")
          .replace("\"acme-*\"", "\"acme-even-*\"")
          .replaceAll("(?m)^ *- \\{ name: globex, .*\\n", "");

  @TempDir private Path folder;

  private GatewaySite site;
  private StandInChroma database;
  private GatewayServer gateway;

  @BeforeEach
  void start() throws Exception {
    site = new GatewaySite(folder);
    site.write(ODD);
    database = new StandInChroma();
    gateway = site.start("gateway", Map.of("rest", 0), Map.of("database", database.socket()));
  }

  @AfterEach
  void end() {
    gateway.close();
    database.close();
  }

  private int port() {
    return gateway.status().listens().get("database/rest").getFirst().getPort();
  }

  private static String collection(int number, String name) {
    return "{\"id\":\"00000000-0000-0000-0000-00000000000%d\",\"name\":\"%s\",\"tenant\":\"default_tenant\",\"database\":\"default_database\",\"metadata\":null,\"dimension\":null,\"configuration_json\":{},\"log_position\":0,\"version\":0}"
        .formatted(number, name);
  }

  /** What the clients of one workload saw, and how often. */
  private Map<String, AtomicInteger> ask(
      String workload, String path, long end, List<Thread> clients) {
    Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();
    for (int i = 0; i < CLIENTS; i++) {
      HttpClient.Version version =
          i % 2 == 0 ? HttpClient.Version.HTTP_1_1 : HttpClient.Version.HTTP_2;
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("https://localhost:" + port() + path))
              .timeout(PATIENCE)
              .build();
      clients.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (HttpClient client =
                        HttpClient.newBuilder()
                            .sslContext(site.client(workload))
                            .version(version)
                            .build()) {
                      while (System.nanoTime() < end) {
                        HttpResponse<String> answer =
                            client.send(request, HttpResponse.BodyHandlers.ofString());
                        String said = answer.statusCode() + " " + answer.body();
                        seen.computeIfAbsent(said, s -> new AtomicInteger()).incrementAndGet();
                      }
                    } catch (Exception e) {
                      seen.computeIfAbsent(e.toString(), s -> new AtomicInteger())
                          .incrementAndGet();
                    }
                  }));
    }
    return seen;
  }

  private static int count(Map<String, AtomicInteger> seen, String pattern) {
    return seen.entrySet().stream()
        .filter(e -> e.getKey().matches(pattern))
        .mapToInt(e -> e.getValue().get())
        .sum();
  }

  /**
   * A request that is decided by one generation is scoped, checked and answered by the same one,
   * although the other is in force before its answer is there.
   */
  @Test
  void oneGenerationDecidesAWholeRequestAndNoneIsLost() throws Exception {
    database.collections =
        "[" + collection(1, "acme-odd-one") + "," + collection(2, "acme-even-two") + "]";
    database.delayMillis = 5;
    long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
    List<Thread> clients = new ArrayList<>();
    Map<String, AtomicInteger> acme = ask("acme-app", LIST, end, clients);
    Map<String, AtomicInteger> globex = ask("globex-app", "/api/v2/version", end, clients);
    Map<String, Boolean> odd = new TreeMap<>();
    odd.put(gateway.status().generation().hash(), true);
    for (int i = 1; System.nanoTime() < end; i++) {
      site.write(i % 2 == 0 ? ODD : EVEN);
      // The gateway's own watch may have been first.
      gateway.reload();
      odd.put(gateway.status().generation().hash(), i % 2 == 0);
      Thread.sleep(37);
    }
    for (Thread client : clients) {
      assertTrue(client.join(PATIENCE));
    }
    gateway.close();
    int ones = count(acme, "200 \\[\\{[^\\]]*\"name\":\"one\"[^\\]]*\\]");
    int twos = count(acme, "200 \\[\\{[^\\]]*\"name\":\"two\"[^\\]]*\\]");
    assertFalse(acme.keySet().stream().anyMatch(s -> s.contains("one") && s.contains("two")));
    int acmeCut = count(acme, CUT);
    assertEquals(count(acme, "(?s).*"), ones + twos + acmeCut, () -> acme.keySet().toString());
    assertTrue(ones > 10 && twos > 10, ones + " and " + twos);

    Recorded log = Recorded.in(folder.resolve("audit"));
    assertEquals(0, log.unfinished());
    assertEquals(2, odd.size());
    Set<String> answered =
        log.of(AuditRecord.Completed.class).stream()
            .filter(c -> c.status().equals(AuditRecord.Completed.ANSWERED))
            .map(AuditRecord.Completed::request)
            .collect(Collectors.toSet());
    Map<Boolean, Long> byOdd =
        log.decisions().stream()
            .filter(d -> d.principal().endsWith("acme-app") && answered.contains(d.request()))
            .collect(Collectors.groupingBy(d -> odd.get(d.generation()), Collectors.counting()));
    assertEquals(
        Map.of(true, (long) ones, false, (long) twos), byOdd, "what one decided, it answered");

    // What one permits and the other denies: permitted by the one alone, and cut or answered.
    assertEquals(
        0,
        log.decisions().stream()
            .filter(d -> d.principal().endsWith("globex-app"))
            .filter(d -> d.permitted() != odd.get(d.generation()))
            .count());
    int let = count(globex, "200 .*");
    int cut = count(globex, CUT);
    int denied = count(globex, "403 .*") - cut;
    assertEquals(count(globex, "(?s).*"), let + cut + denied, () -> globex.keySet().toString());
    assertEquals(
        let + cut,
        log.decisions().stream()
            .filter(d -> d.principal().endsWith("globex-app") && d.permitted())
            .count());
    assertTrue(let > 10 && denied > 10, let + " and " + denied);
  }

  /**
   * Open connections stay open, ask on and are answered; whoever comes sees the new certificate.
   */
  @Test
  void rotationsDropNoConnectionAndLoseNoRequest() throws Exception {
    SSLContext tls = site.client("acme-app");
    ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    AtomicInteger answered = new AtomicInteger();
    List<Thread> open = new ArrayList<>();
    boolean[] over = {false};
    for (int i = 0; i < CLIENTS; i++) {
      open.add(Thread.ofVirtual().start(() -> keepAsking(tls, over, answered, failures)));
    }
    BigInteger before = serial(tls);
    for (int rotation = 1; rotation <= 3; rotation++) {
      int notes = (int) readAnew();
      int goal = answered.get() + 20;
      site.newServerCertificate();
      long end = System.nanoTime() + PATIENCE.toNanos();
      while ((readAnew() == notes || answered.get() < goal) && System.nanoTime() < end) {
        Thread.sleep(20);
      }
      BigInteger now = serial(tls);
      assertNotEquals(before, now, "rotation " + rotation);
      assertTrue(answered.get() >= goal, () -> failures.toString());
      before = now;
    }
    int connections = gateway.status().connections();
    synchronized (over) {
      over[0] = true;
    }
    for (Thread each : open) {
      assertTrue(each.join(PATIENCE));
    }
    assertEquals(List.of(), List.copyOf(failures));
    assertTrue(connections >= CLIENTS, "the connections of the beginning are there");
    gateway.close();
    Recorded log = Recorded.in(folder.resolve("audit"));
    assertEquals(0, log.unfinished());
    assertEquals(answered.get() + 4, log.permitted());
  }

  private long readAnew() {
    return site.notes.stream().filter(n -> n.contains("read anew")).count();
  }

  private SSLSocket connect(SSLContext tls) throws Exception {
    SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("localhost", port());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.startHandshake();
    return socket;
  }

  private BigInteger serial(SSLContext tls) throws Exception {
    try (SSLSocket socket = connect(tls)) {
      assertTrue(exchange(socket).startsWith("HTTP/1.1 200"));
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }

  private static String exchange(SSLSocket socket) throws Exception {
    socket
        .getOutputStream()
        .write(
            "GET /api/v2/version HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    StringBuilder out = new StringBuilder();
    while (!out.toString().endsWith("\"1.0.0\"")) {
      int read = socket.getInputStream().read();
      if (read < 0) {
        return "closed after " + out;
      }
      out.append((char) read);
    }
    return out.toString();
  }

  private void keepAsking(
      SSLContext tls,
      boolean[] over,
      AtomicInteger answered,
      ConcurrentLinkedQueue<String> failures) {
    try (SSLSocket socket = connect(tls)) {
      while (true) {
        synchronized (over) {
          if (over[0]) {
            return;
          }
        }
        String said = exchange(socket);
        if (!said.startsWith("HTTP/1.1 200")) {
          failures.add(said);
          return;
        }
        answered.incrementAndGet();
        Thread.sleep(2);
      }
    } catch (Exception e) {
      failures.add(e.toString());
    }
  }
}
