package io.ringfence.agent;

import io.ringfence.model.Address;
import io.ringfence.model.Flow;
import io.ringfence.model.Protocol;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What keeps the operator in: the SSH connection in use and the declared management path. */
final class Lifeline {
  private static final int ANCESTORS_MAX = 64;

  private Lifeline() {}

  /** The flows among these that a desired state would deny, a sentence each. */
  static List<String> cut(DesiredState desired, Optional<Flow> ssh) {
    List<String> out = new ArrayList<>();
    ssh.filter(f -> !desired.permits(f))
        .ifPresent(f -> out.add("the SSH connection in use, " + f + ", would be denied"));
    List<Flow> path = desired.managementPath();
    List<Flow> denied = path.stream().filter(f -> !desired.permits(f)).toList();
    if (!denied.isEmpty()) {
      out.add("the declared management path, " + denied.getFirst() + ", would be denied");
    }
    return out;
  }

  /**
   * The SSH connection that this process was started over, found in its ancestors' environment too,
   * since sudo and the like take {@code SSH_CONNECTION} away.
   *
   * @param processes the {@code /proc} to look in
   */
  static Optional<Flow> sshConnection(Path processes) {
    long pid = ProcessHandle.current().pid();
    for (int i = 0; i < ANCESTORS_MAX && pid > 0; i++) {
      Optional<Flow> found = environment(processes, pid).flatMap(Lifeline::parse);
      if (found.isPresent()) {
        return found;
      }
      pid = ProcessHandle.of(pid).flatMap(ProcessHandle::parent).map(ProcessHandle::pid).orElse(0L);
    }
    return Optional.empty();
  }

  private static Optional<String> environment(Path processes, long pid) {
    try {
      String all =
          Files.readString(processes.resolve(pid + "/environ"), StandardCharsets.ISO_8859_1);
      for (String entry : all.split("\0")) {
        if (entry.startsWith("SSH_CONNECTION=")) {
          return Optional.of(entry.substring("SSH_CONNECTION=".length()));
        }
      }
    } catch (IOException e) {
      // Another user's process, or one that has ended: it tells nothing.
    }
    return Optional.empty();
  }

  /** {@code client-address client-port server-address server-port}, as sshd writes it. */
  static Optional<Flow> parse(String connection) {
    String[] part = connection.trim().split(" ");
    if (part.length != 4) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Flow(address(part[0]), address(part[2]), Protocol.TCP, Integer.parseInt(part[3])));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** A link-local address bears the interface's name after a percent sign. */
  private static Address address(String text) {
    return Address.parse(text.split("%", 2)[0]);
  }
}
