package io.ringfence.lab.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a database's programs are run: as an unprivileged user without capabilities, in a mount
 * namespace of their own that shows them their software and their data at a fixed place. So that
 * user needs no way through root's folders, where both may lie.
 *
 * @param stage where the mounts are, an empty folder's place that none of the sources lies below
 * @param software read only
 * @param python the folder of the interpreter, read only, if one is needed
 * @param data owned by the user
 */
record Sandbox(Path stage, Path software, Optional<Path> python, Path data) {
  /** PostgreSQL refuses to run as root, and as a user whom the system does not know. */
  static final String USER = "nobody";

  private static final List<Path> STAGES =
      Stream.of("/mnt", "/media", "/srv", "/opt").map(Path::of).toList();

  /**
   * Mounts, then becomes the program, so that its process id is the one that was started. The stage
   * covers only what this process and its children see.
   */
  private static final String SCRIPT =
      """
      set -e
      stage=$1 software=$2 python=$3 data=$4 user=$5
      shift 5
      mount -t tmpfs -o mode=755,size=64k,nosuid,nodev ringfence "$stage"
      mkdir "$stage/software" "$stage/python" "$stage/data"
      mount --bind "$software" "$stage/software"
      mount -o remount,bind,ro,nosuid,nodev "$stage/software"
      mount --bind "$data" "$stage/data"
      if [ -n "$python" ]; then
        mount --bind "$python" "$stage/python"
        mount -o remount,bind,ro,nosuid,nodev "$stage/python"
      fi
      cd "$stage/data"
      exec env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 TZ=UTC HOME="$stage/data" \
        setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups \
        --no-new-privs --inh-caps=-all --bounding-set=-all "$@"
      """;

  static Sandbox of(Path software, Optional<Path> python, Path data) throws IOException {
    if (!runByRoot()) {
      throw new IOException("a database in the lab is started by root, and run as " + USER);
    }
    Path stage =
        STAGES.stream()
            .filter(Files::isDirectory)
            .filter(
                s ->
                    Stream.concat(Stream.of(software, data), python.stream())
                        .noneMatch(p -> p.toAbsolutePath().startsWith(s)))
            .findFirst()
            .orElseThrow(() -> new IOException("none of the folders is there: " + STAGES));
    return new Sandbox(stage, software.toAbsolutePath(), python, data.toAbsolutePath());
  }

  static boolean runByRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new folder that only the user may enter. */
  static void makeData(Path folder) throws IOException {
    Files.createDirectory(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    give(folder);
  }

  /** Makes a file or folder the user's. */
  static void give(Path path) throws IOException {
    var user = path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER);
    Files.setAttribute(path, "owner:owner", user, LinkOption.NOFOLLOW_LINKS);
  }

  /** Where a file of the software is, as the program sees it. */
  String softwareInside(String file) {
    return stage.resolve("software").resolve(file).toString();
  }

  /** Where a file of Python's folder is, as the program sees it. */
  String pythonInside(Path file) {
    return stage.resolve("python").resolve(file).toString();
  }

  /** Where the data is, as the program sees it. */
  String dataInside() {
    return stage.resolve("data").toString();
  }

  /** The command that runs a program here, in the network namespace of the caller. */
  List<String> command(List<String> program) {
    List<String> out =
        new ArrayList<>(
            List.of("unshare", "--mount", "--propagation=private", "sh", "-c", SCRIPT, "sandbox"));
    out.addAll(List.of(stage.toString(), software.toString()));
    out.add(python.map(Path::toString).orElse(""));
    out.addAll(List.of(data.toString(), USER));
    out.addAll(program);
    return List.copyOf(out);
  }

  /** The command that runs a program here, in that network namespace. */
  List<String> command(NamespaceRunner network, List<String> program) {
    List<String> out = new ArrayList<>(List.of("nsenter", "--net=" + network.file()));
    out.addAll(command(program));
    return List.copyOf(out);
  }
}
