package io.ringfence.conformance.mutants;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A value in a ruleset that something is compared with, and where it hangs.
 *
 * @param parent an array or an object
 * @param key the index or the field
 * @param type nft's data type of it
 * @param place in words
 */
record Leaf(JsonNode parent, Object key, String type, String place) {
  JsonNode value() {
    return key instanceof Integer index ? parent.get(index) : parent.get((String) key);
  }

  void set(JsonNode value) {
    if (key instanceof Integer index) {
      ((ArrayNode) parent).set(index, value);
    } else {
      ((ObjectNode) parent).set((String) key, value);
    }
  }
}
