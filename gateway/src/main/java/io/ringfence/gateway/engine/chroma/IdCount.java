package io.ringfence.gateway.engine.chroma;

import java.util.OptionalLong;

/**
 * How many records an answer shows, for the record of it: the texts in the list (or lists) {@code
 * ids} of the outermost object. It looks no further than that list, and at nothing's meaning.
 */
final class IdCount {
  private final byte[] json;
  private int at;

  private IdCount(byte[] json) {
    this.json = json;
  }

  /** Empty where there is no such list. */
  static OptionalLong of(byte[] json) {
    return new IdCount(json).count();
  }

  private OptionalLong count() {
    int depth = 0;
    for (; at < json.length; at++) {
      switch (json[at]) {
        case '{', '[' -> depth++;
        case '}', ']' -> depth--;
        case '"' -> {
          if (ids(skipText()) && depth == 1 && name()) {
            return listed();
          }
        }
        default -> {}
      }
    }
    return OptionalLong.empty();
  }

  /** Goes to a text's last quote; where it began. */
  private int skipText() {
    int from = at++;
    while (at < json.length && json[at] != '"') {
      at += json[at] == '\\' ? 2 : 1;
    }
    return from;
  }

  private boolean ids(int from) {
    return at - from == 4
        && json[from + 1] == 'i'
        && json[from + 2] == 'd'
        && json[from + 3] == 's';
  }

  /** Whether the text is a name: a colon comes next. */
  private boolean name() {
    int next = at + 1;
    while (next < json.length && json[next] <= ' ') {
      next++;
    }
    return next < json.length && json[next] == ':';
  }

  private OptionalLong listed() {
    long count = 0;
    int depth = 0;
    for (at++; at < json.length; at++) {
      switch (json[at]) {
        case '[' -> depth++;
        case ']' -> {
          if (--depth == 0) {
            return OptionalLong.of(count);
          }
        }
        case '"' -> {
          skipText();
          count++;
        }
        case ',', '}' -> {
          if (depth == 0) {
            return OptionalLong.empty(); // it is no list
          }
        }
        default -> {}
      }
    }
    return OptionalLong.empty();
  }
}
