package io.ringfence.model;

import java.util.Locale;

/** How an enum constant is written in a blueprint: lower case, dashes for underscores. */
public interface Words {
  String name();

  default String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
