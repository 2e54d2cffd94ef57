package io.ringfence.gateway.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * JSON (RFC 8259) as the gateway takes it: UTF-8 and nothing else, one document, no key twice in an
 * object, finite numbers, whole characters, bounded depth. Whoever reads the text otherwise reads
 * the same as we do.
 */
public final class StrictJson {
  public static final int DEPTH_DEFAULT = 64;

  /** More digits than any engine's numbers have. */
  static final int NUMBER_CHARACTERS_MAX = 64;

  static final int KEY_CHARACTERS_MAX = 1024;

  private final ObjectReader reader;
  private final ObjectWriter writer;

  /**
   * @param depthMax how deep lists and objects may nest
   */
  public StrictJson(int depthMax) {
    StreamReadConstraints limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(depthMax)
            .maxNumberLength(NUMBER_CHARACTERS_MAX)
            .maxNameLength(KEY_CHARACTERS_MAX)
            .build();
    JsonMapper mapper =
        JsonMapper.builder(JsonFactory.builder().streamReadConstraints(limits).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    this.reader = mapper.readerFor(JsonNode.class);
    this.writer = mapper.writer();
  }

  /**
   * @throws RefusedException when the body is anything but one such document
   */
  public JsonNode parse(byte[] body) throws RefusedException {
    String text = text(body);
    try {
      JsonNode root = reader.readTree(text);
      if (root == null || root.isMissingNode()) {
        throw malformed("it has no JSON");
      }
      check(root);
      return root;
    } catch (JsonProcessingException e) {
      throw malformed(e.getOriginalMessage());
    }
  }

  public byte[] write(JsonNode root) {
    try {
      return writer.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a parsed document cannot be written", e);
    }
  }

  private static String text(byte[] body) throws RefusedException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw malformed("it is not UTF-8");
    }
  }

  /** What the grammar lets through and some readers change: half characters, numbers too large. */
  private static void check(JsonNode node) throws RefusedException {
    switch (node.getNodeType()) {
      case STRING -> checkText(node.textValue());
      case NUMBER -> {
        if (node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue())) {
          throw malformed("a number is too large");
        }
      }
      case ARRAY -> {
        for (JsonNode item : node) {
          check(item);
        }
      }
      case OBJECT -> {
        for (var field : node.properties()) {
          checkText(field.getKey());
          check(field.getValue());
        }
      }
      case BOOLEAN, NULL, BINARY, MISSING, POJO -> {}
    }
  }

  private static void checkText(String text) throws RefusedException {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        boolean pair =
            i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
        if (!pair) {
          throw malformed("a text has half a character");
        }
        i++;
      }
    }
  }

  private static RefusedException malformed(String why) {
    return new RefusedException(Refusal.Kind.MALFORMED, "the body is refused: " + why);
  }
}
