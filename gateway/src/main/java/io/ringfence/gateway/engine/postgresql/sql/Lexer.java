package io.ringfence.gateway.engine.postgresql.sql;

import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts SQL into tokens exactly as PostgreSQL does with {@code standard_conforming_strings = on} and
 * UTF-8, and refuses what versions read differently: numbers with underscores or in other bases,
 * national strings, identifiers that would be cut short.
 */
final class Lexer {
  /** What PostgreSQL keeps of an identifier, in bytes; longer ones are refused. */
  static final int NAME_BYTES_MAX = 63;

  static final int TOKENS_MAX = 1 << 18;

  private static final String OPERATOR = "~!@#^&|`?+-*/%<>=";
  private static final String PUNCTUATION = ",()[].;:";

  /** With one of these an operator may end in a plus or minus. */
  private static final String LETS_END_IN_SIGN = "~!@#^&|`?%";

  /** The tokens of punctuation, of which a text has many. */
  private static final Token[] PUNCTUATION_TOKENS =
      PUNCTUATION
          .chars()
          .mapToObj(c -> new Token(Token.Kind.SIGN, String.valueOf((char) c)))
          .toArray(Token[]::new);

  private static final Token CAST = new Token(Token.Kind.SIGN, "::");
  private static final Token ASSIGNMENT = new Token(Token.Kind.SIGN, ":=");
  private static final Token RANGE = new Token(Token.Kind.SIGN, "..");

  private final String sql;
  private final List<Token> out;
  private int at;

  private Lexer(String sql) {
    this.sql = sql;
    this.out = new ArrayList<>(16 + Math.min(sql.length() / 4, 1024));
  }

  /**
   * All tokens of a text; the last is {@link Token#END}.
   *
   * @throws RefusedException when it is no SQL, or too long
   */
  static List<Token> tokens(String sql) throws RefusedException {
    Lexer lexer = new Lexer(sql);
    while (lexer.skipBlank()) {
      if (lexer.out.size() == TOKENS_MAX) {
        throw new RefusedException(
            Refusal.Kind.TOO_LARGE, "the statement has more than " + TOKENS_MAX + " tokens");
      }
      lexer.out.add(lexer.next());
    }
    lexer.out.add(Token.END);
    return lexer.out;
  }

  private static RefusedException malformed(String text) {
    return new RefusedException(Refusal.Kind.MALFORMED, text);
  }

  private char ch() {
    return ch(0);
  }

  /** The character so many further; NUL, which no statement holds, past the end. */
  private char ch(int ahead) {
    return at + ahead < sql.length() ? sql.charAt(at + ahead) : '\0';
  }

  // --- Blanks and comments ---

  /** False at the end. */
  private boolean skipBlank() throws RefusedException {
    while (at < sql.length()) {
      if (isSpace(ch())) {
        at++;
      } else if (ch() == '-' && ch(1) == '-') {
        skipLine();
      } else if (ch() == '/' && ch(1) == '*') {
        skipComment();
      } else {
        return true;
      }
    }
    return false;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
  }

  private static boolean isNewline(char c) {
    return c == '\n' || c == '\r';
  }

  private void skipLine() {
    while (at < sql.length() && !isNewline(ch())) {
      at++;
    }
  }

  private void skipComment() throws RefusedException {
    int depth = 0;
    do {
      if (at >= sql.length()) {
        throw malformed("a comment does not end");
      }
      if (ch() == '/' && ch(1) == '*') {
        depth++;
        at += 2;
      } else if (ch() == '*' && ch(1) == '/') {
        depth--;
        at += 2;
      } else {
        at++;
      }
    } while (depth > 0);
  }

  // --- Tokens ---

  private Token next() throws RefusedException {
    char c = ch();
    if (c == '\'') {
      at++;
      return string(false);
    }
    if (c == '"') {
      at++;
      return name(Token.Kind.QUOTED, quoted('"'));
    }
    if (c == '$') {
      return dollar();
    }
    if (isDigit(c) || (c == '.' && isDigit(ch(1)))) {
      return number();
    }
    if (isNameStart(c)) {
      return word();
    }
    return sign();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isNameStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
  }

  private Token word() throws RefusedException {
    char c = ch();
    char after = ch(1);
    if (after == '\'') {
      switch (c) {
        case 'e', 'E' -> {
          at += 2;
          return string(true);
        }
        case 'b', 'B', 'x', 'X' -> {
          return bits();
        }
        case 'n', 'N' -> throw malformed("national strings, `N'...'`, are not let through");
        default -> {}
      }
    }
    if ((c == 'u' || c == 'U') && after == '&' && (ch(2) == '\'' || ch(2) == '"')) {
      return unicode();
    }
    int from = at;
    while (at < sql.length() && (isNameStart(ch()) || isDigit(ch()) || ch() == '$')) {
      at++;
    }
    return name(Token.Kind.WORD, lowerAscii(sql.substring(from, at)));
  }

  /** PostgreSQL folds ASCII only, in UTF-8. */
  private static String lowerAscii(String text) {
    return hasUpperAscii(text) ? loweredAscii(text) : text;
  }

  private static boolean hasUpperAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        return true;
      }
    }
    return false;
  }

  private static String loweredAscii(String text) {
    StringBuilder out = new StringBuilder(text);
    for (int i = 0; i < out.length(); i++) {
      char c = out.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        out.setCharAt(i, (char) (c + 32));
      }
    }
    return out.toString();
  }

  private static Token name(Token.Kind kind, String text) throws RefusedException {
    if (text.isEmpty()) {
      throw malformed("an identifier is not empty");
    }
    requireFits(text);
    return new Token(kind, text);
  }

  /** INVARIANT (no name is cut short): two names that differ are two names for the database. */
  static void requireFits(String name) throws RefusedException {
    if (name.length() > NAME_BYTES_MAX / 3 // of bytes a character has three at most
        && name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX) {
      throw malformed("an identifier has at most " + NAME_BYTES_MAX + " bytes");
    }
  }

  /** What stands up to the closing quote, of which a doubled one is one. */
  private String quoted(char quote) throws RefusedException {
    int end = sql.indexOf(quote, at);
    if (end >= 0 && !(end + 1 < sql.length() && sql.charAt(end + 1) == quote)) {
      String text = sql.substring(at, end);
      at = end + 1;
      return text;
    }
    StringBuilder text = new StringBuilder();
    while (at < sql.length()) {
      char c = sql.charAt(at++);
      if (c != quote) {
        text.append(c);
      } else if (ch() == quote) {
        text.append(quote);
        at++;
      } else {
        return text.toString();
      }
    }
    throw malformed("a quote is not closed");
  }

  private Token number() throws RefusedException {
    int from = at;
    skipDigits();
    if (ch() == '.' && ch(1) != '.') {
      at++;
      skipDigits();
    }
    if (ch() == 'e' || ch() == 'E') {
      at++;
      if (ch() == '+' || ch() == '-') {
        at++;
      }
      if (!isDigit(ch())) {
        throw malformed("a number is not written out");
      }
      skipDigits();
    }
    requireNoJunk();
    return new Token(Token.Kind.NUMBER, sql.substring(from, at));
  }

  private void skipDigits() {
    while (isDigit(ch())) {
      at++;
    }
  }

  private void requireNoJunk() throws RefusedException {
    if (isNameStart(ch()) || (ch() == '.' && ch(1) == '.')) {
      throw malformed("something stands right behind a number");
    }
  }

  private Token sign() throws RefusedException {
    char c = ch();
    if (OPERATOR.indexOf(c) >= 0) {
      return operator();
    }
    if (PUNCTUATION.indexOf(c) < 0) {
      throw malformed("the character U+%04X stands where none can".formatted((int) c));
    }
    Token two = twofold(c, ch(1));
    at += two == null ? 1 : 2;
    return two == null ? PUNCTUATION_TOKENS[PUNCTUATION.indexOf(c)] : two;
  }

  /** Null where the two are no one sign. */
  private static Token twofold(char first, char second) {
    if (first == ':') {
      return second == ':' ? CAST : second == '=' ? ASSIGNMENT : null;
    }
    return first == '.' && second == '.' ? RANGE : null;
  }

  private Token operator() throws RefusedException {
    int end = at;
    while (end < sql.length() && OPERATOR.indexOf(sql.charAt(end)) >= 0 && !comment(end)) {
      end++;
    }
    String text = sql.substring(at, end);
    while (text.length() > 1 && endsInSign(text) && !letsEndInSign(text)) {
      text = text.substring(0, text.length() - 1);
    }
    if (text.length() > NAME_BYTES_MAX) {
      throw malformed("an operator has at most " + NAME_BYTES_MAX + " characters");
    }
    at += text.length();
    return new Token(Token.Kind.SIGN, text.equals("!=") ? "<>" : text);
  }

  private boolean comment(int index) {
    return sql.startsWith("--", index) || sql.startsWith("/*", index);
  }

  private static boolean endsInSign(String text) {
    char last = text.charAt(text.length() - 1);
    return last == '+' || last == '-';
  }

  private static boolean letsEndInSign(String text) {
    return text.chars().limit(text.length() - 1L).anyMatch(c -> LETS_END_IN_SIGN.indexOf(c) >= 0);
  }

  // --- Dollars ---

  private Token dollar() throws RefusedException {
    if (isDigit(ch(1))) {
      return parameter();
    }
    int end = at + 1;
    while (end < sql.length() && isTag(sql.charAt(end), end > at + 1)) {
      end++;
    }
    if (end >= sql.length() || sql.charAt(end) != '$') {
      throw malformed("a `$` stands where none can");
    }
    String tag = sql.substring(at, end + 1);
    int close = sql.indexOf(tag, end + 1);
    if (close < 0) {
      throw malformed("a dollar quote is not closed");
    }
    String text = sql.substring(end + 1, close);
    at = close + tag.length();
    return new Token(Token.Kind.STRING, text);
  }

  private static boolean isTag(char c, boolean notFirst) {
    return isNameStart(c) || (notFirst && isDigit(c));
  }

  private Token parameter() throws RefusedException {
    int from = ++at;
    skipDigits();
    String digits = sql.substring(from, at);
    if (isNameStart(ch()) || digits.length() > 5 || digits.startsWith("0")) {
      throw malformed("a parameter is `$1` to `$65535`");
    }
    return new Token(Token.Kind.PARAMETER, digits);
  }

  // --- Strings ---

  /** Behind the opening quote. Strings with only a line's end between them are one. */
  private Token string(boolean escapes) throws RefusedException {
    String first = escapes ? escaped() : quoted('\'');
    if (!continues()) {
      return new Token(Token.Kind.STRING, first);
    }
    StringBuilder text = new StringBuilder(first);
    do {
      text.append(escapes ? escaped() : quoted('\''));
    } while (continues());
    return new Token(Token.Kind.STRING, text.toString());
  }

  /**
   * Goes behind the opening quote of a string's next part, if there is one. With a comment between
   * them it is none here, and two strings side by side are refused.
   */
  private boolean continues() {
    int next = at;
    boolean newline = false;
    while (next < sql.length() && isSpace(sql.charAt(next))) {
      newline |= isNewline(sql.charAt(next));
      next++;
    }
    if (!newline || next >= sql.length() || sql.charAt(next) != '\'') {
      return false;
    }
    at = next + 1;
    return true;
  }

  private String escaped() throws RefusedException {
    StringBuilder text = new StringBuilder();
    while (at < sql.length()) {
      char c = sql.charAt(at++);
      if (c == '\\') {
        escape(text);
      } else if (c != '\'') {
        text.append(c);
      } else if (ch() == '\'') {
        text.append('\'');
        at++;
      } else {
        return text.toString();
      }
    }
    throw malformed("a quote is not closed");
  }

  private void escape(StringBuilder text) throws RefusedException {
    if (at >= sql.length()) {
      throw malformed("a quote is not closed");
    }
    char c = sql.charAt(at++);
    switch (c) {
      case 'b' -> text.append('\b');
      case 'f' -> text.append('\f');
      case 'n' -> text.append('\n');
      case 'r' -> text.append('\r');
      case 't' -> text.append('\t');
      case 'v' -> text.append('\u000b');
      case 'u' -> text.appendCodePoint(hexadecimal(4));
      case 'U' -> text.appendCodePoint(hexadecimal(8));
      case 'x' -> {
        int digits = 0;
        while (digits < 2 && Character.digit(ch(digits), 16) >= 0 && ch(digits) < 0x80) {
          digits++;
        }
        text.append(digits == 0 ? 'x' : oneByte(digits, 16));
      }
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        at--;
        int digits = 0;
        while (digits < 3 && ch(digits) >= '0' && ch(digits) <= '7') {
          digits++;
        }
        text.append(oneByte(digits, 8));
      }
      default -> text.append(c);
    }
  }

  /** A byte of its own is a character only in ASCII. */
  private char oneByte(int digits, int radix) throws RefusedException {
    int value = Integer.parseInt(sql.substring(at, at + digits), radix);
    if (value == 0 || value >= 0x80) {
      throw malformed("escaped bytes are let through from 1 to 127; write `\\u`");
    }
    at += digits;
    return (char) value;
  }

  private int hexadecimal(int digits) throws RefusedException {
    if (at + digits > sql.length()) {
      throw malformed("an escape is not written out");
    }
    String text = sql.substring(at, at + digits);
    at += digits;
    return codePoint(text);
  }

  private static int codePoint(String hex) throws RefusedException {
    if (!hex.chars().allMatch(c -> c < 0x80 && Character.digit(c, 16) >= 0)) {
      throw malformed("an escape is not written out");
    }
    long value = Long.parseLong(hex, 16);
    boolean surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value == 0 || value > Character.MAX_CODE_POINT || surrogate) {
      throw malformed("an escape is no character");
    }
    return (int) value;
  }

  private Token bits() throws RefusedException {
    String base = lowerAscii(String.valueOf(ch()));
    at += 2;
    String digits = quoted('\'');
    int radix = base.equals("b") ? 2 : 16;
    if (!digits.chars().allMatch(c -> c < 0x80 && Character.digit(c, radix) >= 0)) {
      throw malformed("a bit string has other digits");
    }
    return new Token(Token.Kind.BITS, base + "'" + digits + "'");
  }

  /** {@code U&'...'} or {@code U&"..."}, with its UESCAPE if it has one. */
  private Token unicode() throws RefusedException {
    boolean string = ch(2) == '\'';
    at += 3;
    StringBuilder raw = new StringBuilder();
    do {
      raw.append(quoted(string ? '\'' : '"'));
    } while (string && continues());
    String text = unescaped(raw.toString(), escapeCharacter());
    return string ? new Token(Token.Kind.STRING, text) : name(Token.Kind.QUOTED, text);
  }

  private char escapeCharacter() throws RefusedException {
    int begun = at;
    if (skipBlank() && sql.regionMatches(true, at, "uescape", 0, 7) && !continuesName(at + 7)) {
      at += 7;
      if (!skipBlank() || ch() != '\'') {
        throw malformed("behind UESCAPE stands one character in quotes");
      }
      at++;
      String text = string(false).text();
      if (text.length() != 1 || !mayEscape(text.charAt(0))) {
        throw malformed("behind UESCAPE stands one character in quotes");
      }
      return text.charAt(0);
    }
    at = begun;
    return '\\';
  }

  private boolean continuesName(int index) {
    if (index >= sql.length()) {
      return false;
    }
    char c = sql.charAt(index);
    return isNameStart(c) || isDigit(c) || c == '$';
  }

  private static boolean mayEscape(char c) {
    return c < 0x80 && c > ' ' && Character.digit(c, 16) < 0 && c != '+' && c != '\'' && c != '"';
  }

  private static String unescaped(String raw, char escape) throws RefusedException {
    StringBuilder text = new StringBuilder();
    int i = 0;
    while (i < raw.length()) {
      char c = raw.charAt(i);
      if (c != escape) {
        text.append(c);
        i++;
      } else if (i + 1 < raw.length() && raw.charAt(i + 1) == escape) {
        text.append(escape);
        i += 2;
      } else {
        boolean long6 = i + 1 < raw.length() && raw.charAt(i + 1) == '+';
        int from = i + (long6 ? 2 : 1);
        int to = from + (long6 ? 6 : 4);
        if (to > raw.length()) {
          throw malformed("an escape is not written out");
        }
        text.appendCodePoint(codePoint(raw.substring(from, to)));
        i = to;
      }
    }
    return text.toString();
  }
}
