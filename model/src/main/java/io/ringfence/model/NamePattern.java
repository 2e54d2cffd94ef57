package io.ringfence.model;

/**
 * A collection's name, where {@code *} stands for any run of characters, the empty one included.
 */
public record NamePattern(String text) {
  public NamePattern {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a collection name is not empty");
    }
  }

  public boolean matches(String name) {
    return matches(text, name);
  }

  private static boolean matches(String pattern, String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int resume = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = n;
      } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  @Override
  public String toString() {
    return text;
  }
}
