package io.ringfence.cli;

import io.ringfence.language.LimitsMax;
import io.ringfence.language.SourceFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads the files of a blueprint: files, folders of them, {@code -} for standard input. */
final class BlueprintReader {
  /** What is read when nothing is named. */
  static final String DEFAULT = "ringfence.yaml";

  /** What stands for standard input. */
  static final String STANDARD_INPUT = "-";

  /** A character takes at most three bytes of UTF-8 for each of its UTF-16 units. */
  static final int BYTES_MAX = 3 * LimitsMax.DOCUMENT_CHARS_MAX;

  private final Shell shell;

  BlueprintReader(Shell shell) {
    this.shell = shell;
  }

  /** The files that these arguments name, a folder's in the order of their names. */
  List<SourceFile> read(List<String> names) {
    List<SourceFile> out = new ArrayList<>();
    for (String name : names.isEmpty() ? List.of(defaultName()) : names) {
      if (name.equals(STANDARD_INPUT)) {
        out.add(new SourceFile("stdin", text("standard input", shell.terminal().in())));
      } else if (Files.isDirectory(shell.path(name))) {
        inFolder(name).forEach(n -> out.add(file(n)));
      } else {
        out.add(file(name));
      }
    }
    return List.copyOf(out);
  }

  private String defaultName() {
    if (!Files.exists(shell.path(DEFAULT))) {
      throw new Failure(
          "there is no `%s` here; name a blueprint, or write one with `ringfence init`"
              .formatted(DEFAULT));
    }
    return DEFAULT;
  }

  private List<String> inFolder(String name) {
    try (Stream<Path> files = Files.list(shell.path(name))) {
      List<String> found =
          files
              .filter(Files::isRegularFile)
              .map(f -> f.getFileName().toString())
              .filter(f -> (f.endsWith(".yaml") || f.endsWith(".yml")) && !f.startsWith("."))
              .sorted()
              .limit(LimitsMax.FILES_MAX + 1L)
              .map(f -> Path.of(name).resolve(f).toString())
              .toList();
      if (found.isEmpty()) {
        throw new Failure("folder `" + name + "` holds no .yaml file");
      }
      return found;
    } catch (IOException e) {
      throw new Failure("cannot read folder `" + name + "`: " + Reasons.of(e), e);
    }
  }

  private SourceFile file(String name) {
    try (InputStream in = Files.newInputStream(shell.path(name))) {
      return new SourceFile(name, text("`" + name + "`", in));
    } catch (IOException e) {
      throw new Failure("cannot read `" + name + "`: " + Reasons.of(e), e);
    }
  }

  private static String text(String what, InputStream in) {
    try {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw new Failure(what + " has more than %,d bytes, and no file may".formatted(BYTES_MAX));
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new Failure(what + " is not text in UTF-8", e);
    } catch (IOException e) {
      throw new Failure("cannot read " + what + ": " + Reasons.of(e), e);
    }
  }
}
