package io.ringfence.cli.graph;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * SVG or HTML as it is written.
 *
 * <p>INVARIANT (escaped): whatever is not an element's or attribute's name goes through {@link
 * #escape}, so that no text of a blueprint or a log becomes markup.
 */
public final class Markup {
  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Opens an element.
   *
   * @param attributes names and values in turn
   */
  public Markup open(String element, String... attributes) {
    start(element, attributes);
    out.append('>');
    open.push(element);
    return this;
  }

  /** Closes the element opened last. */
  public Markup close() {
    out.append("</").append(open.pop()).append('>');
    return this;
  }

  /** An element without content. */
  public Markup empty(String element, String... attributes) {
    start(element, attributes);
    out.append("/>");
    return this;
  }

  /** An element that holds a text only. */
  public Markup element(String element, String text, String... attributes) {
    return open(element, attributes).text(text).close();
  }

  public Markup text(String text) {
    out.append(escape(text));
    return this;
  }

  public Markup line() {
    out.append('\n');
    return this;
  }

  /** What another has written, as it is. */
  public Markup add(Markup other) {
    out.append(other);
    return this;
  }

  /** A style sheet of ours, as it is: it holds no text of others. */
  public Markup style(String css) {
    out.append("<style>\n").append(css).append("</style>\n");
    return this;
  }

  private void start(String element, String... attributes) {
    if (attributes.length % 2 != 0) {
      throw new IllegalArgumentException("attribute `" + attributes[0] + "` has no value");
    }
    out.append('<').append(element);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"").append(escape(attributes[i + 1]));
      out.append('"');
    }
  }

  /**
   * A text that means itself in the content and in quoted attributes of XML and HTML. What XML
   * cannot hold, and what turns the direction of writing, becomes the replacement character.
   */
  public static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(letter -> escape(letter, out));
    return out.toString();
  }

  private static void escape(int letter, StringBuilder out) {
    switch (letter) {
      case '&' -> out.append("&amp;");
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      case '"' -> out.append("&quot;");
      case '\'' -> out.append("&#39;");
      default -> out.appendCodePoint(unfit(letter) ? 0xfffd : letter);
    }
  }

  private static boolean unfit(int letter) {
    boolean control = letter < ' ' && letter != '\n' && letter != '\t';
    boolean direction =
        letter >= 0x202a && letter <= 0x202e || letter >= 0x2066 && letter <= 0x2069;
    boolean surrogate = letter >= 0xd800 && letter <= 0xdfff;
    return control
        || direction
        || surrogate
        || letter == 0xfffe
        || letter == 0xffff
        || letter >= 0x7f && letter < 0xa0;
  }

  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("element `" + open.peek() + "` is still open");
    }
    return out.toString();
  }
}
