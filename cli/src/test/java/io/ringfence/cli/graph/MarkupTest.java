package io.ringfence.cli.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarkupTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "plain, plain",
        "<b>, &lt;b&gt;",
        "a&b, a&amp;b",
        "\"q\", &quot;q&quot;",
        "it's, it&#39;s",
        "]]>, ]]&gt;",
        "&amp;, &amp;amp;",
        "né, né"
      })
  void textMeansItself(String text, String written) {
    assertEquals(written, Markup.escape(text));
    assertEquals("<p a=\"" + written + "\"/>", new Markup().empty("p", "a", text).toString());
    assertEquals("<p>" + written + "</p>", new Markup().element("p", text).toString());
  }

  @Test
  void whatXmlCannotHoldAndWhatTurnsWritingIsReplaced() {
    assertEquals("a\ufffdb", Markup.escape("a\u0000b"));
    assertEquals("a\ufffdb", Markup.escape("a\u001bb"));
    assertEquals("a\ufffdb", Markup.escape("a\u202eb"));
    assertEquals("a\ufffdb", Markup.escape("a\ud800b"));
    assertEquals("a\tb\nc", Markup.escape("a\tb\nc"));
  }

  @Test
  void openElementsAreRefused() {
    assertThrows(IllegalStateException.class, () -> new Markup().open("p").toString());
    assertThrows(IllegalArgumentException.class, () -> new Markup().open("p", "class"));
  }
}
