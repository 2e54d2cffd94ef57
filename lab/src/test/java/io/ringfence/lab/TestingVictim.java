package io.ringfence.lab;

import java.nio.file.Path;

/** A process that builds a lab, says so, and waits to be killed. */
public final class TestingVictim {
  private TestingVictim() {}

  public static void main(String[] arguments) throws InterruptedException {
    LabOptions options = new LabOptions(arguments[1]).withStateDirectory(Path.of(arguments[0]));
    Lab.up(ThreeTiers.blueprint(), options, Progress.NONE);
    System.out.println("up");
    Thread.sleep(60_000);
  }
}
