package io.ringfence.lab.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The zip file that a wheel is. */
final class WheelFile {
  private WheelFile() {}

  /** Refuses a file whose hash is not the pinned one. */
  static void verify(Path file, EngineSoftware.Wheel wheel) throws IOException {
    String found = sha256(file);
    if (!found.equals(wheel.sha256())) {
      throw new IOException(
          "refused `%s` %s: its sha256 is %s and not the expected %s"
              .formatted(wheel.name(), wheel.version(), found, wheel.sha256()));
    }
  }

  private static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (var in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(java.io.OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Unpacks the entries below some folders; what lies in a {@code bin} is made executable. */
  static void unpack(Path file, List<String> keep, Path to) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
        String name = e.getName();
        if (!e.isDirectory() && keep.stream().anyMatch(k -> name.startsWith(k + "/"))) {
          write(zip, inside(to, name));
        }
      }
    }
  }

  private static Path inside(Path to, String name) throws IOException {
    Path target = to.resolve(name).normalize();
    if (!target.startsWith(to)) {
      throw new IOException("refused an archive with the entry `%s`".formatted(name));
    }
    return target;
  }

  private static void write(InputStream in, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    Files.copy(in, target);
    boolean program = target.getParent().endsWith("bin");
    Files.setPosixFilePermissions(
        target, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
  }
}
