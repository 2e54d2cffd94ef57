package io.ringfence.model;

/**
 * The user of a host that a workload's processes run as; it tells them from others there.
 *
 * @param host the host that it runs on
 * @param user by number, since that is what the kernel compares
 */
public record HostUser(String host, long user) {
  public HostUser {
    if (user < 0 || user > UserSet.USER_MAX) {
      throw new IllegalArgumentException("user " + user + " is not within 0-" + UserSet.USER_MAX);
    }
  }
}
