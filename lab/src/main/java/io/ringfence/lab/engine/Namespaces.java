package io.ringfence.lab.engine;

import java.io.IOException;
import java.util.concurrent.Callable;

/** Tasks in namespaces whose failures are I/O. */
final class Namespaces {
  private Namespaces() {}

  static <T> T call(NamespaceRunner namespace, Callable<T> task) throws IOException {
    try {
      return namespace.call(task);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
