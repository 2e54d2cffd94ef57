package io.ringfence.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.regex.Pattern;

/** A ruleset as files hold it: libnftables JSON, or nft's own text. */
final class RulesetFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How nft's text begins, after comments; a blueprint begins with a key and a colon. */
  private static final Pattern TEXT =
      Pattern.compile(
          "(?s)\\A(\\s|#[^\\n]*\\n)*(table|flush|add|create|delete|destroy|define)\\s+[^\\s:].*");

  private RulesetFile() {}

  /** True when the text may be one: a blueprint never begins so. */
  static boolean looksLike(String text) {
    return isJson(text) || TEXT.matcher(text).matches();
  }

  private static boolean isJson(String text) {
    return text.stripLeading().startsWith("{");
  }

  static JsonNode parse(String name, String text) {
    if (!looksLike(text)) {
      throw new Failure(
          "`"
              + name
              + "` is no ruleset; make one with `ringfence render` or `nft -j list table inet"
              + " ringfence`");
    }
    return anyOf(name, text);
  }

  /** What is not JSON is taken for nft's text, however it begins. */
  static JsonNode anyOf(String name, String text) {
    try {
      return JSON.readTree(isJson(text) ? text : new NftText(name).json(text));
    } catch (JsonProcessingException e) {
      throw new Failure("`" + name + "` is no JSON: " + e.getOriginalMessage(), e);
    }
  }
}
