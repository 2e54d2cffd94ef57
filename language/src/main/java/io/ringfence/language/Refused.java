package io.ringfence.language;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** The nodes that a shape refused: reported already, and read no further. */
final class Refused {
  private final Set<YamlNode> nodes = Collections.newSetFromMap(new IdentityHashMap<>());

  void add(YamlNode node) {
    nodes.add(node.value());
  }

  boolean contains(YamlNode node) {
    return nodes.contains(node.value());
  }
}
