package io.ringfence.gateway.engine.postgresql.sql;

import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.util.ArrayList;
import java.util.List;

/** A text's tokens, read one after the other, and the tree that grows from them. */
abstract class Tokens {
  static final int DEPTH_MAX = 100;

  /** As many fit into an int. */
  private static final int WHOLE_DIGITS_MAX = 9;

  private final List<Token> tokens;
  private int at;
  private int depth;
  private List<Node> out = new ArrayList<>();

  Tokens(List<Token> tokens) {
    this.tokens = tokens;
  }

  // --- Looking ---

  Token peek() {
    return tokens.get(at);
  }

  Token peek(int ahead) {
    return tokens.get(Math.min(at + ahead, tokens.size() - 1));
  }

  boolean atEnd() {
    return peek().kind() == Token.Kind.END;
  }

  boolean sees(String word) {
    return peek().isWord(word);
  }

  boolean seesSign(String sign) {
    return peek().isSign(sign);
  }

  boolean seesAny(String... words) {
    for (String w : words) {
      if (sees(w)) {
        return true;
      }
    }
    return false;
  }

  boolean sees(String first, String second) {
    return sees(first) && peek(1).isWord(second);
  }

  boolean isName(Token token) {
    return token.kind() == Token.Kind.QUOTED
        || (token.kind() == Token.Kind.WORD && Keywords.plain(token.text()));
  }

  /** A number of one to nine digits and nothing else. */
  static boolean isWhole(Token token) {
    return token.kind() == Token.Kind.NUMBER && isWhole(token.text());
  }

  static boolean isWhole(String text) {
    if (text.length() > WHOLE_DIGITS_MAX) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  // --- Taking without a trace in the tree ---

  Token take() {
    Token token = peek();
    if (token.kind() != Token.Kind.END) {
      at++;
    }
    return token;
  }

  boolean skip(String word) {
    boolean there = sees(word);
    if (there) {
      at++;
    }
    return there;
  }

  boolean skip(String first, String second) {
    boolean there = sees(first, second);
    if (there) {
      at += 2;
    }
    return there;
  }

  boolean skipSign(String sign) {
    boolean there = seesSign(sign);
    if (there) {
      at++;
    }
    return there;
  }

  void requireSign(String sign) throws RefusedException {
    if (!skipSign(sign)) {
      throw unexpected();
    }
  }

  void require(String word) throws RefusedException {
    if (!skip(word)) {
      throw unexpected();
    }
  }

  /** A name where PostgreSQL takes any but a reserved word. */
  String name() throws RefusedException {
    if (!isName(peek()) || seesPair()) {
      throw unexpected();
    }
    return take().text();
  }

  /** Two words that PostgreSQL reads as one, wherever they stand. */
  boolean seesPair() {
    return sees("format", "json") || sees("nulls", "first") || sees("nulls", "last");
  }

  // --- Taking into the tree ---

  void add(Node node) {
    out.add(node);
  }

  void addWord(String word) {
    out.add(new Node.Word(word));
  }

  void addSign(String sign) {
    out.add(new Node.Sign(sign));
  }

  boolean keep(String word) {
    boolean there = skip(word);
    if (there) {
      addWord(word);
    }
    return there;
  }

  boolean keep(String first, String second) {
    boolean there = skip(first, second);
    if (there) {
      addWord(first);
      addWord(second);
    }
    return there;
  }

  boolean keepAny(String... words) {
    for (String w : words) {
      if (keep(w)) {
        return true;
      }
    }
    return false;
  }

  boolean keepSign(String sign) {
    boolean there = skipSign(sign);
    if (there) {
      addSign(sign);
    }
    return there;
  }

  void keepRequired(String... words) throws RefusedException {
    for (String w : words) {
      if (!keep(w)) {
        throw unexpected();
      }
    }
  }

  void keepRequiredSign(String sign) throws RefusedException {
    if (!keepSign(sign)) {
      throw unexpected();
    }
  }

  void keepName() throws RefusedException {
    add(new Node.Name(name()));
  }

  /** A part of the grammar. */
  @FunctionalInterface
  interface Part {
    void read() throws RefusedException;
  }

  /** Reads parts with commas between them. */
  void list(Part part) throws RefusedException {
    do {
      part.read();
    } while (keepSign(","));
  }

  void inParentheses(Part part) throws RefusedException {
    keepRequiredSign("(");
    part.read();
    keepRequiredSign(")");
  }

  /** What a part adds to the tree, as a tree of its own. */
  Node.Group group(Part part) throws RefusedException {
    List<Node> outer = out;
    out = new ArrayList<>();
    try {
      part.read();
      return new Node.Group(out);
    } finally {
      out = outer;
    }
  }

  /** Reads a part that may hold itself. */
  void nested(Part part) throws RefusedException {
    if (++depth > DEPTH_MAX) {
      throw new RefusedException(
          Refusal.Kind.TOO_LARGE, "the statement is nested deeper than " + DEPTH_MAX);
    }
    part.read();
    depth--;
  }

  // --- Refusing ---

  RefusedException unexpected() {
    return malformed(peek().shown() + " is not let through here");
  }

  static RefusedException malformed(String text) {
    return new RefusedException(Refusal.Kind.MALFORMED, text);
  }

  static RefusedException denied(String text) {
    return new RefusedException(Refusal.Kind.DENIED, text);
  }
}
