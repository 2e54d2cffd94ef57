package io.ringfence.lab.engine;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a database is installed from: one wheel of the Python package index, used without Python's
 * installer, so that its hash pins every byte that runs.
 *
 * @param engine its name in a blueprint
 * @param title what people call it
 * @param wheels by machine, as {@code os.arch} names it
 * @param keep the folders of the wheel that are needed
 * @param python true when it runs in Python
 */
public record EngineSoftware(
    String engine, String title, Map<String, Wheel> wheels, List<String> keep, boolean python) {
  public EngineSoftware {
    wheels = Collections.unmodifiableMap(new TreeMap<>(wheels));
    keep = List.copyOf(keep);
  }

  /**
   * A file of the Python package index.
   *
   * @param platform the machine, in pip's words
   * @param python the version of Python it is built for, in pip's words
   * @param abi the binary interface it is built for, in pip's words
   * @param sha256 of the file, in hexadecimal
   */
  public record Wheel(
      String name,
      String version,
      String platform,
      String python,
      String abi,
      String sha256,
      long bytes) {
    /** The folder it is unpacked to; another file is another folder. */
    String folder() {
      return name + "-" + version + "-" + sha256.substring(0, 12);
    }

    @Override
    public String toString() {
      return "%s %s (%.1f MB, from the Python package index)".formatted(name, version, bytes / 1e6);
    }
  }

  /** The wheel for this machine, if there is one. */
  Optional<Wheel> wheel() {
    return Optional.ofNullable(wheels.get(System.getProperty("os.arch")));
  }

  /** Where its kept folders are within a cache. */
  Optional<Path> folder(Path cache) {
    return wheel().map(w -> cache.resolve(w.folder()));
  }
}
