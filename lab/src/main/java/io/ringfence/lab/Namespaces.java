package io.ringfence.lab;

import io.ringfence.agent.kernel.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One lab's namespaces, entered when first needed.
 *
 * <p>INVARIANT (inside only): a task runs in a namespace of this lab or not at all, never in the
 * machine's own.
 */
final class Namespaces implements AutoCloseable {
  private static final Path OWN = Path.of("/proc/self/ns/net");
  private static final Path ENTERED = Path.of("/proc/thread-self/ns/net");

  private final String prefix;
  private final Map<String, NetworkNamespace> entered = new ConcurrentHashMap<>();

  Namespaces(String prefix) {
    this.prefix = prefix;
  }

  /** Runs a task in a namespace; its failures come back as they are, unchecked. */
  <T> T call(String namespace, Callable<T> task) {
    try {
      return enter(namespace).call(task);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new LabUnavailable("in namespace `" + namespace + "`: " + e.getMessage(), e);
    }
  }

  /** The thread that lives in a namespace. */
  NetworkNamespace enter(String namespace) {
    if (!namespace.startsWith(prefix)) {
      throw new IllegalArgumentException("`" + namespace + "` is no namespace of this lab");
    }
    return entered.computeIfAbsent(namespace, Namespaces::open);
  }

  private static NetworkNamespace open(String namespace) {
    try {
      NetworkNamespace opened = NetworkNamespace.named(namespace);
      if (opened.call(() -> Files.readSymbolicLink(ENTERED)).equals(Files.readSymbolicLink(OWN))) {
        opened.close();
        throw new LabUnavailable("`" + namespace + "` is the machine's own network");
      }
      return opened;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new LabUnavailable(
          "the lab's namespace `" + namespace + "` is gone: take the lab down and up again", e);
    }
  }

  /** Lets the threads go; sockets opened inside live on. */
  @Override
  public void close() {
    entered.values().forEach(NetworkNamespace::close);
    entered.clear();
  }

  /**
   * Writes a setting under {@code /proc/sys} of the calling thread's namespace, where there is one.
   */
  static void set(String setting, String value) throws IOException {
    Path file = Path.of("/proc/sys/net").resolve(setting);
    if (Files.isWritable(file)) {
      Files.writeString(file, value);
    }
  }
}
