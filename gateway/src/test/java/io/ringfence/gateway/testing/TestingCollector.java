package io.ringfence.gateway.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.netty.pkitesting.X509Bundle;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A collector of OTLP over HTTPS that reads with the protocol's official messages. */
public final class TestingCollector implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpsServer server;

  public final List<ExportTraceServiceRequest> traces = new CopyOnWriteArrayList<>();
  public final List<ExportLogsServiceRequest> logs = new CopyOnWriteArrayList<>();
  public final List<String> authorizations = new CopyOnWriteArrayList<>();

  /** What it answers with. */
  public volatile int status = 200;

  public volatile int asked;

  public TestingCollector(TestingAuthority authority) throws IOException {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try {
      server.setHttpsConfigurator(
          new HttpsConfigurator(tls(authority.server("collector.example"))));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::take);
    server.start();
  }

  private static SSLContext tls(X509Bundle own) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("own", own.getKeyPair().getPrivate(), new char[0], own.getCertificatePath());
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, new char[0]);
    SSLContext out = SSLContext.getInstance("TLS");
    out.init(keys.getKeyManagers(), null, null);
    return out;
  }

  public InetSocketAddress socket() {
    return server.getAddress();
  }

  private synchronized void take(HttpExchange exchange) throws IOException {
    asked++;
    byte[] body = exchange.getRequestBody().readAllBytes();
    int answer = status;
    String type = exchange.getRequestHeaders().getFirst("content-type");
    if (answer == 200 && "application/x-protobuf".equals(type)) {
      authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("authorization")));
      switch (exchange.getRequestURI().getPath()) {
        case "/v1/traces" -> traces.add(ExportTraceServiceRequest.parseFrom(body));
        case "/v1/logs" -> logs.add(ExportLogsServiceRequest.parseFrom(body));
        default -> answer = 404;
      }
    }
    exchange.sendResponseHeaders(answer, -1);
    exchange.close();
  }

  public List<Span> spans() {
    return traces.stream()
        .flatMap(t -> t.getResourceSpansList().stream())
        .flatMap(r -> r.getScopeSpansList().stream())
        .flatMap(s -> s.getSpansList().stream())
        .toList();
  }

  public List<LogRecord> records() {
    return logs.stream()
        .flatMap(t -> t.getResourceLogsList().stream())
        .flatMap(r -> r.getScopeLogsList().stream())
        .flatMap(s -> s.getLogRecordsList().stream())
        .toList();
  }

  /** Attributes by their names, as text. */
  public static Map<String, String> text(List<KeyValue> attributes) {
    Map<String, String> out = new TreeMap<>();
    attributes.forEach(a -> out.put(a.getKey(), text(a.getValue())));
    return out;
  }

  private static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      case INT_VALUE -> Long.toString(value.getIntValue());
      default -> value.getStringValue();
    };
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
