package io.ringfence.lab;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;

/** Held while a lab is built or taken down, so that no two processes do so at once. */
final class LabLock implements AutoCloseable {
  private final FileChannel channel;

  private LabLock(FileChannel channel) {
    this.channel = channel;
  }

  static LabLock take(LabOptions options) {
    try {
      Files.createDirectories(options.stateDirectory());
      FileChannel channel =
          FileChannel.open(
              options.stateDirectory().resolve(options.id() + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw new LabUnavailable(
            "lab `" + options.id() + "` is being built or taken down by somebody else");
      }
      return new LabLock(channel);
    } catch (IOException e) {
      throw new LabUnavailable("cannot write to `" + options.stateDirectory() + "`", e);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new LabUnavailable("cannot release a lock", e);
    }
  }
}
