package io.ringfence.gateway.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps revocations and approvals in a file, to which lines are only ever added.
 *
 * <p>The file ends in blank lines that were written ahead: what an operator revokes while the disk
 * is full finds room there. A last line that was cut short by a crash was never promised, and is
 * dropped; any other that cannot be read stops the start, since it may be a revocation.
 */
public final class SessionFile implements SessionStore {
  /** Room for some hundreds of revocations on a full disk. */
  static final int RESERVE_BYTES = 64 * 1024;

  static final int BYTES_MAX = 64 * 1024 * 1024;

  /** From so many bytes on, a start writes what still counts anew, and forgets the rest. */
  static final int COMPACT_BYTES = 1024 * 1024;

  private static final byte BLANK = '\n';

  private final Path path;
  private final FileChannel channel;
  private final List<Entry> entries = new ArrayList<>();
  private long end;
  private long reserved;

  private SessionFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * @throws IOException when the file cannot be read, is another process's, or holds a line that
   *     cannot be understood
   */
  public static SessionFile open(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    SessionFile out = new SessionFile(path, channel);
    try {
      if (!locked(channel)) {
        throw new IOException("`" + path + "` is in use by another gateway");
      }
      out.read();
      out.reserve();
      return out;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * The same; a file that has grown large is first written anew, with what still counts at a time.
   * The old one stays until the new one is on the disk.
   */
  public static SessionFile open(Path path, Instant now) throws IOException {
    SessionFile grown = open(path);
    if (grown.end <= COMPACT_BYTES) {
      return grown;
    }
    try {
      writeAnew(path, CountingEntries.of(grown.entries, now));
    } catch (IOException e) {
      // As on a full disk: the one that has grown serves on.
    } finally {
      grown.close();
    }
    return open(path);
  }

  private static void writeAnew(Path path, List<Entry> counting) throws IOException {
    Path next = path.resolveSibling(path.getFileName() + ".next");
    Files.deleteIfExists(next);
    try (SessionFile small = open(next)) {
      small.keepAll(counting);
      Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void keepAll(List<Entry> all) throws IOException {
    for (Entry entry : all) {
      byte[] line = SessionLines.write(entry);
      write(ByteBuffer.wrap(line), end);
      end += line.length;
    }
    reserve();
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private void read() throws IOException {
    reserved = channel.size();
    if (reserved > BYTES_MAX) {
      throw new IOException("`" + path + "` is larger than " + BYTES_MAX + " bytes");
    }
    ByteBuffer content = ByteBuffer.allocate((int) reserved);
    while (content.hasRemaining() && channel.read(content, content.position()) >= 0) {
      // The whole file.
    }
    byte[] bytes = content.array();
    int from = 0;
    int number = 1;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        if (i > from) {
          add(bytes, from, i, number);
        }
        from = i + 1;
        number++;
      }
    }
  }

  private void add(byte[] bytes, int from, int to, int number) throws IOException {
    try {
      entries.add(SessionLines.read(Arrays.copyOfRange(bytes, from, to)));
      end = to + 1L;
    } catch (SessionException e) {
      if (!blank(bytes, to)) {
        throw new IOException(
            "`" + path + "` line " + number + ": " + e.getMessage() + "; it may be a revocation",
            e);
      }
      // Cut short by a crash: what comes next is written over it.
    }
  }

  private static boolean blank(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] != BLANK) {
        return false;
      }
    }
    return true;
  }

  /** Blank from the end of what is kept on, and a reserve beyond. */
  private void reserve() throws IOException {
    long until = Math.max(reserved, end + RESERVE_BYTES);
    blank(end, until);
    channel.force(true);
    reserved = until;
  }

  private void blank(long from, long until) throws IOException {
    byte[] blanks = new byte[(int) Math.min(RESERVE_BYTES, until - from)];
    Arrays.fill(blanks, BLANK);
    for (long at = from; at < until; at += blanks.length) {
      write(ByteBuffer.wrap(blanks, 0, (int) Math.min(blanks.length, until - at)), at);
    }
  }

  private void write(ByteBuffer bytes, long at) throws IOException {
    long to = at;
    while (bytes.hasRemaining()) {
      to += channel.write(bytes, to);
    }
  }

  @Override
  public List<Entry> entries() {
    return List.copyOf(entries);
  }

  @Override
  public synchronized void keep(Entry entry) throws IOException {
    byte[] line = SessionLines.write(entry);
    if (end + line.length > BYTES_MAX - RESERVE_BYTES) {
      throw new IOException("`" + path + "` has reached " + BYTES_MAX + " bytes");
    }
    write(ByteBuffer.wrap(line), end);
    channel.force(true);
    end += line.length;
    if (reserved - end < RESERVE_BYTES / 2) {
      extend();
    }
  }

  /** The line is kept already: a reserve that cannot be had now is had another time. */
  private void extend() {
    try {
      reserve();
    } catch (IOException e) {
      // The disk is full; what is left of the reserve serves on.
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
