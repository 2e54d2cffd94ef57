package io.ringfence.gateway.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where segments are written; what fails in tests stands in its place. */
interface Disk {
  Segment open(Path path) throws IOException;

  /** A file that grows at its end. */
  interface Segment extends AutoCloseable {
    void write(ByteBuffer bytes, long position) throws IOException;

    void force() throws IOException;

    void truncate(long length) throws IOException;

    @Override
    void close() throws IOException;
  }

  /** The real one. */
  Disk REAL =
      path ->
          new ChannelSegment(
              FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE));

  /** A segment that is a file. */
  record ChannelSegment(FileChannel channel) implements Segment {
    @Override
    public void write(ByteBuffer bytes, long position) throws IOException {
      long at = position;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void truncate(long length) throws IOException {
      channel.truncate(length);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
