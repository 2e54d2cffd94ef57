package io.ringfence.agent;

import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Another process that holds a store's lock until its input ends. */
final class LockHolder {
  private LockHolder() {}

  public static void main(String[] args) throws Exception {
    try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      System.out.println("held");
      int end = System.in.read();
      assert lock.isValid() && end < 0;
    }
  }
}
