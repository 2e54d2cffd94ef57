package io.ringfence.gateway.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Strict JSON out of Jackson's own parts: slow, and what our reader is held against. */
final class JacksonReader {
  private final ObjectReader reader;

  JacksonReader(int depthMax) {
    StreamReadConstraints limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(depthMax)
            .maxNumberLength(StrictJson.NUMBER_CHARACTERS_MAX)
            .maxNameLength(StrictJson.KEY_CHARACTERS_MAX)
            .build();
    reader =
        JsonMapper.builder(JsonFactory.builder().streamReadConstraints(limits).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);
  }

  /** Empty where it is refused. */
  Optional<JsonNode> read(byte[] body) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      JsonNode root = reader.readTree(text);
      return root == null || root.isMissingNode() || !sound(root)
          ? Optional.empty()
          : Optional.of(root);
    } catch (CharacterCodingException | JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static boolean sound(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> whole(node.textValue());
      case NUMBER -> !node.isFloatingPointNumber() || Double.isFinite(node.doubleValue());
      case ARRAY, OBJECT -> {
        boolean sound = node.properties().stream().allMatch(f -> whole(f.getKey()));
        for (JsonNode item : node) {
          sound &= sound(item);
        }
        yield sound;
      }
      case BOOLEAN, NULL, BINARY, MISSING, POJO -> true;
    };
  }

  private static boolean whole(String text) {
    return StandardCharsets.UTF_16LE.newEncoder().canEncode(text);
  }
}
