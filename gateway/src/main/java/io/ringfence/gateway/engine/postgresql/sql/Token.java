package io.ringfence.gateway.engine.postgresql.sql;

/**
 * One token of SQL.
 *
 * @param text what it means: a word in lower case, a quoted identifier or a string without quotes
 *     and escapes, else as it is written
 */
record Token(Kind kind, String text) {
  static final Token END = new Token(Kind.END, "");

  /** What tokens are told apart by. */
  enum Kind {
    /** An identifier without quotes, or a keyword: which, is for its place to tell. */
    WORD,
    QUOTED,
    STRING,
    /** {@code b'01'} or {@code x'1f'}, as it is written. */
    BITS,
    NUMBER,
    /** {@code $1}; the text is the number. */
    PARAMETER,
    /** An operator or punctuation. */
    SIGN,
    END
  }

  boolean isWord(String word) {
    return kind == Kind.WORD && text.equals(word);
  }

  boolean isSign(String sign) {
    return kind == Kind.SIGN && text.equals(sign);
  }

  /** For a message to whoever wrote it. */
  String shown() {
    return switch (kind) {
      case END -> "the end of the statement";
      case STRING -> "a string";
      case PARAMETER -> "`$" + text + "`";
      case WORD, QUOTED, BITS, NUMBER, SIGN -> "`" + text + "`";
    };
  }
}
