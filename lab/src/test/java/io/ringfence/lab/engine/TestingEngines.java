package io.ringfence.lab.engine;

import io.ringfence.agent.kernel.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;

/**
 * Two namespaces joined by a cable, and a database installed from the user's cache, for tests: the
 * database's and an asker's.
 */
final class TestingEngines implements AutoCloseable {
  static final InetAddress V4 = InetAddress.ofLiteral("10.66.0.1");
  static final InetAddress V6 = InetAddress.ofLiteral("fd00:66::1");

  private final String homeName = "rfe-h" + ProcessHandle.current().pid();
  private final String askerName = "rfe-a" + ProcessHandle.current().pid();
  private final NetworkNamespace homeNamespace;
  private final NetworkNamespace askerNamespace;

  TestingEngines() throws IOException {
    Assumptions.assumeTrue(Sandbox.runByRoot(), "needs root: makes network namespaces");
    try {
      ip("netns add " + homeName);
      ip("netns add " + askerName);
      ip("link add up0 netns %s type veth peer name up0 netns %s".formatted(homeName, askerName));
      bringUp(homeName, "1");
      bringUp(askerName, "2");
      homeNamespace = NetworkNamespace.named(homeName);
      askerNamespace = NetworkNamespace.named(askerName);
    } catch (IOException e) {
      remove();
      throw e;
    }
  }

  NamespaceRunner home() {
    return NamespaceRunner.of(homeName, homeNamespace);
  }

  NamespaceRunner asker() {
    return NamespaceRunner.of(askerName, askerNamespace);
  }

  /** Takes the asker's cable away. */
  void cut() throws IOException {
    ip("-n %s link set up0 down".formatted(askerName));
  }

  static InetSocketAddress at(InetAddress address, int port) {
    return new InetSocketAddress(address, port);
  }

  /** Installs an engine; the test is skipped only if the package index does not answer. */
  static Path provide(EngineInstall install, EngineSoftware software, Consumer<String> progress)
      throws IOException {
    try {
      return install.provide(software, progress);
    } catch (RegistryUnreachable e) {
      System.out.println("skipped: " + e.getMessage());
      Assumptions.abort(e.getMessage());
      throw e;
    }
  }

  private static void bringUp(String name, String end) throws IOException {
    ip("-n %s link set lo up".formatted(name));
    ip("-n %s addr add 10.66.0.%s/24 dev up0".formatted(name, end));
    ip("-n %s addr add fd00:66::%s/64 dev up0 nodad".formatted(name, end));
    ip("-n %s link set up0 up".formatted(name));
  }

  private static void ip(String arguments) throws IOException {
    Command.require("run ip " + arguments, List.of(("ip " + arguments).split(" ")), "");
  }

  private void remove() throws IOException {
    for (String name : List.of(homeName, askerName)) {
      Command.run(List.of("ip", "netns", "del", name));
    }
  }

  @Override
  public void close() throws IOException {
    homeNamespace.close();
    askerNamespace.close();
    remove();
  }
}
