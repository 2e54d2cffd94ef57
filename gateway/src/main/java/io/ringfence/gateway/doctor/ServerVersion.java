package io.ringfence.gateway.doctor;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The first three numbers of what a server says its version is. */
record ServerVersion(int major, int minor, int patch) implements Comparable<ServerVersion> {
  private static final Pattern TEXT =
      Pattern.compile("v?(\\d{1,6})\\.(\\d{1,6})(?:\\.(\\d{1,6}))?(?:[^\\d.].*)?");
  private static final Comparator<ServerVersion> ORDER =
      Comparator.comparingInt(ServerVersion::major)
          .thenComparingInt(ServerVersion::minor)
          .thenComparingInt(ServerVersion::patch);

  static Optional<ServerVersion> parse(String text) {
    Matcher found = TEXT.matcher(text);
    if (!found.matches()) {
      return Optional.empty();
    }
    int patch = found.group(3) == null ? 0 : Integer.parseInt(found.group(3));
    return Optional.of(
        new ServerVersion(
            Integer.parseInt(found.group(1)), Integer.parseInt(found.group(2)), patch));
  }

  static ServerVersion of(String text) {
    return parse(text).orElseThrow();
  }

  @Override
  public int compareTo(ServerVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}
