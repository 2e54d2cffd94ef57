package io.ringfence.gateway.secret;

import io.ringfence.model.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Reads secrets from files and the environment, anew each time.
 *
 * @param folder what relative paths are relative to
 */
public record Secrets(Path folder, Function<String, String> environment) {
  static final int BYTES_MAX = 1 << 20;

  /** Of this process. */
  public static Secrets in(Path folder) {
    return new Secrets(folder, System::getenv);
  }

  /**
   * The secret's bytes.
   *
   * @throws IOException that names the place and never the secret
   */
  public byte[] bytes(Secret secret) throws IOException {
    return switch (secret) {
      case Secret.OfFile file -> bytes(file.path());
      case Secret.OfEnvironment variable -> {
        String value = environment.apply(variable.variable());
        if (value == null || value.isEmpty()) {
          throw new IOException(
              "the environment has no `" + variable.variable() + "`, which holds a secret");
        }
        yield value.getBytes(StandardCharsets.UTF_8);
      }
    };
  }

  private byte[] bytes(String path) throws IOException {
    Path file = folder.resolve(path);
    if (Files.isRegularFile(file) && Files.size(file) > BYTES_MAX) {
      throw new IOException("the secret in `" + path + "` is larger than a secret may be");
    }
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IOException(
          "the secret in `%s` cannot be read: there is no such file in `%s`"
              .formatted(path, folder.toAbsolutePath().normalize()),
          e);
    } catch (IOException e) {
      throw new IOException("the secret in `" + path + "` cannot be read", e);
    }
  }

  /** The secret as text, without the line's end that editors leave. */
  public String text(Secret secret) throws IOException {
    return new String(bytes(secret), StandardCharsets.UTF_8).strip();
  }
}
