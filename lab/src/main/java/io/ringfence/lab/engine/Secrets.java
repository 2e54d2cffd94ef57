package io.ringfence.lab.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** The passwords of one run, by login: new each time, kept in a file for root, never printed. */
final class Secrets {
  private static final String FILE = "secrets";
  private static final int BYTES = 24;

  private final Map<String, String> passwords = new TreeMap<>();

  private Secrets() {}

  static Secrets draw(Collection<String> logins, Path workDir) throws IOException {
    Secrets out = new Secrets();
    SecureRandom random = new SecureRandom();
    for (String login : logins) {
      byte[] bytes = new byte[BYTES];
      random.nextBytes(bytes);
      out.passwords.put(login, HexFormat.of().formatHex(bytes));
    }
    out.write(workDir.resolve(FILE));
    return out;
  }

  /** Those that a run wrote into its working directory. */
  static Secrets read(Path workDir) throws IOException {
    Secrets out = new Secrets();
    for (String line : Files.readAllLines(workDir.resolve(FILE))) {
      String[] words = line.split(" ", 2);
      out.passwords.put(words[0], words[1]);
    }
    return out;
  }

  static void delete(Path workDir) throws IOException {
    Files.deleteIfExists(workDir.resolve(FILE));
  }

  private void write(Path file) throws IOException {
    Files.deleteIfExists(file);
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Files.createFile(file, mode);
    StringBuilder text = new StringBuilder();
    passwords.forEach((login, password) -> text.append(login + " " + password + "\n"));
    Files.writeString(file, text);
  }

  /** In hexadecimal, so that it needs no quoting anywhere. */
  String password(String login) {
    return passwords.get(login);
  }
}
