package io.ringfence.lab.engine;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;

/** Whole folders. */
final class Trees {
  private Trees() {}

  /** Removes a folder and all in it; links are removed, not followed. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> all;
    try (var files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }

  /** Gives a finished folder its name; whoever comes second finds the first one's there. */
  static void moveUnlessThere(Path folder, Path name) throws IOException {
    try {
      Files.move(folder, name, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(name)) {
        throw e;
      }
      delete(folder);
    }
  }

  /** Copies a folder with owners and modes; the target must not exist. */
  static void copy(Path folder, Path target) throws IOException {
    Command.require(
        "copy " + folder,
        List.of("cp", "-a", "--reflink=auto", folder.toString(), target.toString()),
        "");
  }
}
