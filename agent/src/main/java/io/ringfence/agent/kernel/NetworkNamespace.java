package io.ringfence.agent.kernel;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A network namespace and the one thread of ours that lives in it. Sockets opened by a task given
 * to {@link #call} belong to the namespace for good, Java's own included.
 *
 * <p>A thread started by such a task is born into the namespace too, and stays there: tasks should
 * start none that outlive them, unless that is what they want.
 */
public final class NetworkNamespace implements AutoCloseable {
  private final String name;
  private final ExecutorService executor;
  private volatile Thread inhabitant;

  private NetworkNamespace(String name) {
    this.name = name;
    // A platform thread: a virtual one would leave its carrier in the namespace.
    this.executor =
        Executors.newSingleThreadExecutor(
            task -> {
              inhabitant = Thread.ofPlatform().daemon().name("namespace-" + name).unstarted(task);
              return inhabitant;
            });
  }

  /** The namespace that {@code ip netns add} made under this name. */
  public static NetworkNamespace named(String name) throws IOException {
    if (name.isEmpty() || name.contains("/") || name.startsWith(".")) {
      throw new IllegalArgumentException("no name of a network namespace: `" + name + "`");
    }
    return entered(name, "/run/netns/" + name);
  }

  /** The namespace that a process is in, a container's first process for instance. */
  public static NetworkNamespace ofProcess(long pid) throws IOException {
    return entered("pid-" + pid, "/proc/" + pid + "/ns/net");
  }

  /** The namespace that the calling thread is in. */
  public static NetworkNamespace current() {
    var namespace = new NetworkNamespace("current");
    namespace.executor.execute(() -> {}); // threads are born where their creator is: here, now
    return namespace;
  }

  private static NetworkNamespace entered(String name, String path) throws IOException {
    var namespace = new NetworkNamespace(name);
    try {
      namespace.<Void>call(
          () -> {
            enter(path);
            return null;
          });
      return namespace;
    } catch (Exception e) {
      namespace.close();
      throw e instanceof IOException io ? io : new IOException(e);
    }
  }

  private static void enter(String path) throws KernelException {
    int descriptor = Libc.open(path);
    try {
      Libc.enterNetwork(descriptor);
    } finally {
      Libc.close(descriptor);
    }
  }

  /** Runs a task inside the namespace and waits for it; what it throws is thrown here. */
  public <T> T call(Callable<T> task) throws Exception {
    if (Thread.currentThread() == inhabitant) {
      return task.call();
    }
    var outcome = executor.submit(task);
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      throw thrown(e.getCause());
    } catch (InterruptedException e) {
      outcome.cancel(true);
      throw e;
    }
  }

  private static Exception thrown(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return (Exception) cause;
  }

  /** Ends the thread; sockets that were opened inside stay open and stay there. */
  @Override
  public void close() {
    executor.shutdown();
  }

  @Override
  public String toString() {
    return name;
  }
}
