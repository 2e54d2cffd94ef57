package io.ringfence.lab.engine;

import io.ringfence.agent.kernel.NetworkNamespace;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** One network namespace of the lab, in which tasks and processes run. */
public interface NamespaceRunner {
  /** The namespace as a file, for {@code nsenter --net}. */
  Path file();

  /**
   * Runs a task on a platform thread that lives in the namespace; what it throws is thrown here.
   */
  <T> T call(Callable<T> task) throws Exception;

  /** The namespace that {@code ip netns add} made under this name. */
  static NamespaceRunner of(String name, NetworkNamespace namespace) {
    return new NamespaceRunner() {
      @Override
      public Path file() {
        return Path.of("/run/netns", name);
      }

      @Override
      public <T> T call(Callable<T> task) throws Exception {
        return namespace.call(task);
      }

      @Override
      public String toString() {
        return name;
      }
    };
  }
}
