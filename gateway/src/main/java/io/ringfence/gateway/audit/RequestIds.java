package io.ringfence.gateway.audit;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** Names requests: no two of one process alike, and none likely to be another process's. */
public final class RequestIds {
  private final String process;
  private final AtomicLong count = new AtomicLong();

  /**
   * @param process what tells this process from others
   */
  public RequestIds(String process) {
    this.process = process;
  }

  public static RequestIds random() {
    byte[] bytes = new byte[6];
    new SecureRandom().nextBytes(bytes);
    return new RequestIds(HexFormat.of().formatHex(bytes));
  }

  /** What tells this process from others. */
  public String process() {
    return process;
  }

  String next() {
    return process + "-" + count.incrementAndGet();
  }
}
