package io.ringfence.cli;

/** The one command. */
public final class Ringfence {
  private Ringfence() {}

  public static void main(String[] args) {
    var version = Ringfence.class.getPackage().getImplementationVersion();
    System.out.println("ringfence " + (version == null ? "development" : version));
  }
}
