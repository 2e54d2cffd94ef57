package io.ringfence.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** A ruleset in libnftables JSON, as files hold it. */
final class RulesetFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RulesetFile() {}

  /** True when the text may be one: a blueprint never begins so. */
  static boolean looksLike(String text) {
    return text.stripLeading().startsWith("{");
  }

  static JsonNode parse(String name, String text) {
    if (!looksLike(text)) {
      throw new Failure(
          "`"
              + name
              + "` is no JSON; make it with `ringfence render -o json` or `nft -j list table inet"
              + " ringfence`");
    }
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new Failure("`" + name + "` is no JSON: " + e.getOriginalMessage(), e);
    }
  }
}
