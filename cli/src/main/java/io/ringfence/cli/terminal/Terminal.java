package io.ringfence.cli.terminal;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * The three standard streams.
 *
 * @param asks whether somebody is there to answer a question
 */
public record Terminal(InputStream in, Screen out, Screen err, boolean asks) {
  private static final int WIDTH_DEFAULT = 80;

  /** This process's own. */
  public static Terminal ofProcess(Map<String, String> environment) {
    IntSupplier width = new Width(environment);
    boolean asks = isTerminal(0) && isTerminal(2);
    return new Terminal(
        System.in,
        screen(FileDescriptor.out, 1, environment, width),
        screen(FileDescriptor.err, 2, environment, width),
        asks);
  }

  private static Screen screen(
      FileDescriptor file, int number, Map<String, String> environment, IntSupplier width) {
    boolean terminal = isTerminal(number);
    PrintStream stream =
        new PrintStream(new FileOutputStream(file), terminal, StandardCharsets.UTF_8);
    return new Screen(
        terminal ? stream : buffered(file),
        terminal,
        ColorChoice.AUTO.colours(terminal, environment),
        width);
  }

  private static PrintStream buffered(FileDescriptor file) {
    return new PrintStream(
        new java.io.BufferedOutputStream(new FileOutputStream(file), 1 << 14),
        false,
        StandardCharsets.UTF_8);
  }

  /** Where there is no {@code /proc}, the JVM knows only whether all streams are terminals. */
  private static boolean isTerminal(int stream) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + stream)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException e) {
      return System.console().isTerminal();
    }
  }

  /** The columns of the terminal, asked for once. */
  private static final class Width implements IntSupplier {
    private final Map<String, String> environment;
    private int columns;

    Width(Map<String, String> environment) {
      this.environment = environment;
    }

    @Override
    public synchronized int getAsInt() {
      if (columns == 0) {
        columns = number(environment.getOrDefault("COLUMNS", ""));
        columns = columns > 0 ? columns : askTerminal();
        columns = columns > 0 ? columns : WIDTH_DEFAULT;
      }
      return columns;
    }

    /** {@code stty size} says rows and columns of its standard input. */
    private static int askTerminal() {
      try {
        Process stty =
            new ProcessBuilder("stty", "size")
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/tty").toFile()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out =
            new BufferedReader(
                new InputStreamReader(stty.getInputStream(), StandardCharsets.US_ASCII))) {
          String line = out.readLine();
          return line == null ? 0 : number(line.substring(line.indexOf(' ') + 1));
        }
      } catch (IOException e) {
        return 0;
      }
    }

    private static int number(String text) {
      return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
    }
  }
}
