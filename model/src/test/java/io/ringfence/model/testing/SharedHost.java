package io.ringfence.model.testing;

import io.ringfence.model.Blueprint;

/**
 * A host whose processes share its address: {@code api} asks {@code db}, and only it may; {@code
 * agent} looks after {@code db} and sends to a collector elsewhere.
 */
public final class SharedHost {
  public static final String HOST = "box";
  public static final String ADDRESS = "10.0.1.5";
  public static final String ADDRESS6 = "fd00:1::5";
  public static final String WEB = "10.0.0.2";
  public static final String COLLECTOR = "10.0.2.9";
  public static final long API = 991;
  public static final long DB = 992;
  public static final long AGENT = 993;

  private SharedHost() {}

  public static Blueprint blueprint() {
    return sketch().blueprint();
  }

  public static BlueprintSketch sketch() {
    return new BlueprintSketch()
        .segment("edge", "10.0.0.0/24", "fd00:0::/64")
        .segment("app", "10.0.1.0/24", "fd00:1::/64")
        .segment("ops", "10.0.2.0/24")
        .workload("web", "edge", WEB)
        .workload("collector", "ops", COLLECTOR)
        .process("api", "app", HOST, API, "8080/tcp", ADDRESS, ADDRESS6)
        .process("db", "app", HOST, DB, "6333/tcp 6334/tcp 53/udp", ADDRESS)
        .process("agent", "app", HOST, AGENT, "9100/tcp", ADDRESS)
        .rule("front", "web", "api 8080/tcp")
        .rule("ask", "api", "db 6333/tcp")
        .rule("scrape", "collector", "app 9100/tcp")
        .rule("push", "agent", "collector 443/tcp")
        .egress("fetch", "api", "internet 443/tcp");
  }
}
