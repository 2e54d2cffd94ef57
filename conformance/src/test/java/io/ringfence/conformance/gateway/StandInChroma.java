package io.ringfence.conformance.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ringfence.gateway.doctor.Visit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands in for Chroma where only what reaches it matters: it knows one collection, and writes down
 * what it was asked.
 */
final class StandInChroma implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();

  /** The places in a trace that it was told of. */
  final ConcurrentLinkedQueue<String> traceparents = new ConcurrentLinkedQueue<>();

  volatile long delayMillis;

  /** What it says its collections are. */
  volatile String collections = "[]";

  StandInChroma() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  InetSocketAddress socket() {
    return server.getAddress();
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    boolean doctor = Visit.USER_AGENT.equals(exchange.getRequestHeaders().getFirst("user-agent"));
    if (!doctor) {
      asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      pause();
    }
    String traceparent = exchange.getRequestHeaders().getFirst("traceparent");
    if (traceparent != null) {
      traceparents.add(traceparent);
    }
    String path = exchange.getRequestURI().getPath();
    String body =
        path.endsWith("/version")
            ? "\"1.0.0\""
            : path.endsWith("/collections") && exchange.getRequestMethod().equals("GET")
                ? collections
                : "{\"error\":\"NotFoundError\",\"message\":\"no\"}";
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("content-type", "application/json");
    exchange.sendResponseHeaders(body.startsWith("{") ? 404 : 200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void pause() {
    try {
      Thread.sleep(delayMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
