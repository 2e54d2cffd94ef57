package io.ringfence.agent.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Two hosts and the router between them, each a network namespace: {@code 10.1.0.2} and {@code
 * fd00:1::2} on the left, {@code 10.2.0.2} and {@code fd00:2::2} on the right.
 */
final class TestingRouter implements AutoCloseable {
  static final InetAddress LEFT_4 = address("10.1.0.2");
  static final InetAddress RIGHT_4 = address("10.2.0.2");
  static final InetAddress LEFT_6 = address("fd00:1::2");
  static final InetAddress RIGHT_6 = address("fd00:2::2");

  private final String prefix;
  final NetworkNamespace left;
  final NetworkNamespace router;
  final NetworkNamespace right;

  /** Skips the test, with the reason, where there are no namespaces to be had. */
  TestingRouter(String name) throws Exception {
    LibNftables.unavailable()
        .ifPresent(
            reason -> {
              System.out.println("skipped: " + reason);
              assumeTrue(false, reason);
            });
    prefix = "rfk-" + name + "-";
    tearDown();
    build();
    left = NetworkNamespace.named(prefix + "left");
    router = NetworkNamespace.named(prefix + "router");
    right = NetworkNamespace.named(prefix + "right");
  }

  private void build() throws IOException {
    for (String host : List.of("left", "router", "right")) {
      ip("netns", "add", prefix + host);
      // Link-local addresses at once, not after a second of duplicate detection.
      exec("ip netns exec " + prefix + host + " sysctl -qw net.ipv6.conf.default.accept_dad=0");
      ip("-n", prefix + host, "link", "set", "lo", "up");
    }
    connect("left", 1);
    connect("right", 2);
    exec("ip netns exec " + prefix + "router sysctl -qw net.ipv4.ip_forward=1");
    exec("ip netns exec " + prefix + "router sysctl -qw net.ipv6.conf.all.forwarding=1");
  }

  private void connect(String host, int net) throws IOException {
    String far = prefix + "router";
    String near = prefix + host;
    exec("ip link add eth0 netns " + near + " type veth peer name " + host + " netns " + far);
    address(far, host, net, 1);
    address(near, "eth0", net, 2);
    ip("-n", near, "route", "add", "default", "via", "10." + net + ".0.1");
    ip("-n", near, "route", "add", "default", "via", "fd00:" + net + "::1");
  }

  private static void address(String host, String device, int net, int last) throws IOException {
    ip("-n", host, "link", "set", device, "up");
    ip("-n", host, "addr", "add", "10." + net + ".0." + last + "/24", "dev", device);
    ip("-n", host, "addr", "add", "fd00:" + net + "::" + last + "/64", "dev", device, "nodad");
  }

  String name(String host) {
    return prefix + host;
  }

  /** Runs nft's own syntax on the router. */
  String nft(String command) throws Exception {
    return router.call(
        () -> {
          try (LibNftables nftables = LibNftables.open()) {
            return nftables.run(command);
          }
        });
  }

  static void exec(String command) throws IOException {
    run(command.split(" ", -1));
  }

  private static void ip(String... arguments) throws IOException {
    String[] command = new String[arguments.length + 1];
    command[0] = "ip";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    run(command);
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
    }
  }

  private void tearDown() throws IOException {
    for (String host : List.of("left", "router", "right")) {
      if (Files.exists(Path.of("/run/netns", prefix + host))) {
        ip("netns", "del", prefix + host);
      }
    }
  }

  static InetAddress address(String literal) {
    return InetAddress.ofLiteral(literal);
  }

  @Override
  public void close() throws IOException {
    left.close();
    router.close();
    right.close();
    tearDown();
  }
}
