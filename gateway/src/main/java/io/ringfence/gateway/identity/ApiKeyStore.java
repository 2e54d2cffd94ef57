package io.ringfence.gateway.identity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The file of API keys, as operators change it: whole, one at a time, for its owner's eyes. */
public record ApiKeyStore(Path path) {
  /** What is done to the keys. */
  @FunctionalInterface
  public interface Change {
    List<ApiKey> apply(List<ApiKey> keys) throws SourceException;
  }

  /**
   * The keys; none where there is no file yet.
   *
   * @throws SourceException when the file is not one of API keys
   */
  public List<ApiKey> read() throws IOException, SourceException {
    try {
      byte[] content = Files.readAllBytes(path);
      return ApiKeyFile.parse(content);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /** Puts a file in the place of the old one, so that a gateway reads the one or the other. */
  public void change(Change change) throws IOException, SourceException {
    if (path.getParent() != null) {
      Files.createDirectories(path.getParent());
    }
    Path lock = path.resolveSibling(path.getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      List<ApiKey> keys = change.apply(read());
      if (keys.size() > ApiKeyFile.KEYS_MAX) {
        throw new SourceException("a file holds " + ApiKeyFile.KEYS_MAX + " keys at most");
      }
      write(ApiKeyFile.text(keys).getBytes(StandardCharsets.UTF_8));
    }
  }

  private void write(byte[] content) throws IOException {
    Path beside = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(beside);
    Files.createFile(
        beside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel out = FileChannel.open(beside, StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(content));
      out.force(true);
    }
    Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
