package io.ringfence.lab.engine;

/** Something that a machine lacks before an engine can run on it. */
public sealed interface Need {
  /** A program, or a module of Python, and the Debian package that has it. */
  record Program(String name, String debianPackage) implements Need {
    @Override
    public String toString() {
      return "%s (Debian package %s)".formatted(name, debianPackage);
    }
  }

  /** The engine itself. */
  record Download(EngineSoftware.Wheel wheel) implements Need {
    @Override
    public String toString() {
      return wheel.toString();
    }
  }

  /** What no installation mends. */
  record Unsupported(String why) implements Need {
    @Override
    public String toString() {
      return why;
    }
  }
}
