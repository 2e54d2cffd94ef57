package io.ringfence.gateway.doctor;

import java.util.ArrayList;
import java.util.List;

/**
 * A flaw that some versions of a server have.
 *
 * @param from the first that has it
 * @param fixed the first that has it no longer
 * @param text its name, and who reaches it
 */
record Flaw(ServerVersion from, ServerVersion fixed, String text) {
  Flaw(String from, String fixed, String text) {
    this(ServerVersion.of(from), ServerVersion.of(fixed), text);
  }

  /** What to tell of a version; nothing where it cannot be read. */
  static List<String> notes(List<Flaw> known, String version) {
    List<String> out = new ArrayList<>();
    ServerVersion.parse(version)
        .ifPresent(
            v ->
                known.stream()
                    .filter(f -> f.from().compareTo(v) <= 0 && v.compareTo(f.fixed()) < 0)
                    .map(f -> "version %s has %s; fixed in %s".formatted(v, f.text(), f.fixed()))
                    .forEach(out::add));
    return out;
  }
}
