package io.ringfence.language;

import io.ringfence.model.SourceLocation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers for the lines of a blueprint's files that edits of other lines leave alone. A rule knows
 * where it stands, so that a line inserted above it would make it another rule; read with these
 * numbers, what stands on lines that were there before is equal to what it was.
 *
 * <p>A value of one state of the files. What was read by it is told where it stands by the same
 * state, or by a later one that still has the line.
 */
public final class KeptLines {
  private static final Pattern LINE_END = Pattern.compile("\r\n|\n|\r");

  private final Map<String, Numbered> files;
  private final Pattern places;

  /**
   * A file's lines and their numbers.
   *
   * @param next a number that no line of it has ever had
   */
  private record Numbered(List<String> lines, int[] numbers, int next, Map<Integer, Integer> now) {
    static Numbered of(List<String> lines, int[] numbers, int next) {
      Map<Integer, Integer> now = new HashMap<>();
      for (int i = 0; i < numbers.length; i++) {
        now.put(numbers[i], i + 1);
      }
      return new Numbered(lines, numbers, next, now);
    }

    Numbered after(List<String> edited) {
      int[] from = LineMatch.of(lines, edited);
      int[] numbered = new int[edited.size()];
      int fresh = next;
      for (int i = 0; i < numbered.length; i++) {
        numbered[i] = from[i] == LineMatch.NEW ? fresh++ : numbers[from[i]];
      }
      return of(edited, numbered, fresh);
    }
  }

  private KeptLines(Map<String, Numbered> files) {
    this.files = files;
    List<String> names = files.keySet().stream().map(Pattern::quote).toList();
    this.places = Pattern.compile("(" + String.join("|", names) + "):(\\d{1,9}):(\\d{1,9})");
  }

  /** Of files that were not read before: each line has the number of its place. */
  public static KeptLines of(List<SourceFile> files) {
    return new KeptLines(Map.of()).after(files);
  }

  /** Of the same files after an edit. */
  public KeptLines after(List<SourceFile> edited) {
    Map<String, Numbered> out = new TreeMap<>();
    Numbered none = Numbered.of(List.of(), new int[0], 1);
    edited.forEach(
        f -> out.put(f.name(), files.getOrDefault(f.name(), none).after(lines(f.text()))));
    return new KeptLines(out);
  }

  private static List<String> lines(String text) {
    return List.of(LINE_END.split(text, -1));
  }

  /** The files of this state, to be read with these numbers. */
  public List<SourceFile> number(List<SourceFile> of) {
    List<SourceFile> out = new ArrayList<>();
    for (SourceFile file : of) {
      int[] numbers = files.get(file.name()).numbers();
      // The end of a file may be told as a line more than it has.
      LineNumbers lines =
          line -> line <= numbers.length ? numbers[line - 1] : files.get(file.name()).next();
      out.add(new SourceFile(file.name(), file.text(), lines));
    }
    return out;
  }

  /** Where something stands now that was read with these numbers. */
  public SourceLocation now(SourceLocation read) {
    Numbered file = files.get(read.file());
    return file == null || read.line() == 0
        ? read
        : new SourceLocation(
            read.file(), file.now().getOrDefault(read.line(), read.line()), read.column());
  }

  /** A text with the places that it names as they are now. */
  public String now(String text) {
    return places.matcher(text).replaceAll(m -> Matcher.quoteReplacement(now(place(m)).toString()));
  }

  private static SourceLocation place(MatchResult text) {
    return new SourceLocation(
        text.group(1), Integer.parseInt(text.group(2)), Integer.parseInt(text.group(3)));
  }
}
