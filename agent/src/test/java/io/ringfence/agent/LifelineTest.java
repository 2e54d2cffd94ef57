package io.ringfence.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ringfence.model.Address;
import io.ringfence.model.Flow;
import io.ringfence.model.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps the operator in. */
class LifelineTest {
  private static final Flow SSH =
      new Flow(Address.parse("198.51.100.7"), Address.parse("10.0.0.1"), Protocol.TCP, 22);

  @TempDir Path processes;

  @Test
  void anSshConnectionIsAFlowFromItsClient() {
    assertEquals(Optional.of(SSH), Lifeline.parse("198.51.100.7 50122 10.0.0.1 22"));
    assertEquals(
        Optional.of(
            new Flow(Address.parse("fd00::7"), Address.parse("fd00::1"), Protocol.TCP, 2222)),
        Lifeline.parse("fd00::7 50122 fd00::1 2222"));
    assertEquals(
        Optional.of(new Flow(Address.parse("fe80::7"), Address.parse("fe80::1"), Protocol.TCP, 22)),
        Lifeline.parse("fe80::7%eth0 50122 fe80::1%eth0 22"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "198.51.100.7", "a b c d", "198.51.100.7 1 10.0.0.1 ssh", "::1 1 10.0.0.1 22"})
  void whatIsNoSshConnectionIsNone(String text) {
    assertEquals(Optional.empty(), Lifeline.parse(text));
  }

  @Test
  void itIsFoundInAnAncestorsEnvironment() throws IOException {
    long parent = ProcessHandle.current().parent().orElseThrow().pid();
    environment(ProcessHandle.current().pid(), "PATH=/bin\0HOME=/root\0");
    environment(parent, "HOME=/root\0SSH_CONNECTION=198.51.100.7 50122 10.0.0.1 22\0");
    assertEquals(Optional.of(SSH), Lifeline.sshConnection(processes));
  }

  @Test
  void withoutOneThereIsNone() throws IOException {
    environment(ProcessHandle.current().pid(), "NOT_SSH_CONNECTION=1 2 3 4\0");
    assertEquals(Optional.empty(), Lifeline.sshConnection(processes));
  }

  private void environment(long pid, String entries) throws IOException {
    Path folder = Files.createDirectories(processes.resolve(Long.toString(pid)));
    Files.writeString(folder.resolve("environ"), entries);
  }

  @Test
  void whatWouldBeCutIsTold() {
    TestingDesiredState desired = new TestingDesiredState(1);
    desired.management.add(SSH);
    assertEquals(List.of(), Lifeline.cut(desired, Optional.of(SSH)));
    desired.permits = flow -> false;
    assertEquals(
        List.of(
            "the SSH connection in use, 198.51.100.7 -> 10.0.0.1 22/tcp, would be denied",
            "the declared management path, 198.51.100.7 -> 10.0.0.1 22/tcp, would be denied"),
        Lifeline.cut(desired, Optional.of(SSH)));
  }
}
