package io.ringfence.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The systemd units that load the confirmed generation before the network is up, and keep it.
 *
 * @param command the absolute path of {@code ringfence}
 * @param store the folder of the generations
 */
public record PersistUnit(Path command, Path store) {
  public static final Path SYSTEMD = Path.of("/etc/systemd/system");
  static final String LOAD = "ringfence-load.service";
  static final String KEEP = "ringfence-agent.service";

  /** The unit that loads, once, before any interface is configured. */
  String load() {
    return """
    [Unit]
    Description=Ringfence: load the confirmed generation before the network is up
    DefaultDependencies=no
    RequiresMountsFor=%2$s
    After=local-fs.target
    Before=network-pre.target shutdown.target
    Wants=network-pre.target
    Conflicts=shutdown.target

    [Service]
    Type=oneshot
    RemainAfterExit=yes
    ExecStart=%1$s agent --load --state %2$s

    [Install]
    WantedBy=sysinit.target
    """
        .formatted(word(command), word(store));
  }

  /** The unit that repairs drift and fills the sets of names. */
  String keep() {
    return """
    [Unit]
    Description=Ringfence: keep the confirmed generation in force
    After=ringfence-load.service
    Requires=ringfence-load.service

    [Service]
    ExecStart=%1$s agent --state %2$s
    # Java's own, when it is told to end.
    SuccessExitStatus=143
    Restart=always
    RestartSec=1

    [Install]
    WantedBy=multi-user.target
    """
        .formatted(word(command), word(store));
  }

  /** A path as one word of a unit (systemd.syntax, systemd.unit on specifiers). */
  private static String word(Path path) {
    String text = path.toAbsolutePath().toString().replace("%", "%%");
    boolean plain = text.chars().noneMatch(c -> c <= ' ' || c == '"' || c == '\'' || c == '\\');
    return plain ? text : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** Writes both units and enables them, as {@code systemctl enable} would, by their links. */
  public void write(Path systemd) {
    try {
      enable(systemd, LOAD, load(), "sysinit.target.wants");
      enable(systemd, KEEP, keep(), "multi-user.target.wants");
    } catch (IOException e) {
      throw new AgentException("the units cannot be written: " + e.getMessage(), e);
    }
  }

  private static void enable(Path systemd, String unit, String text, String wants)
      throws IOException {
    Path file = systemd.resolve(unit);
    Files.createDirectories(systemd.resolve(wants));
    Files.writeString(file, text);
    Path link = systemd.resolve(wants).resolve(unit);
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, file);
  }

  /** Whether a confirmed generation of this store is loaded at boot. */
  public static boolean persists(Path systemd, Path store) {
    Path link = systemd.resolve("sysinit.target.wants").resolve(LOAD);
    try {
      return Files.readString(link).contains("--state " + word(store) + "\n");
    } catch (IOException e) {
      return false;
    }
  }
}
