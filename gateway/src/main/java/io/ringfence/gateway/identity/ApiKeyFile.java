package io.ringfence.gateway.identity;

import io.ringfence.gateway.request.RefusedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The file of API keys: YAML, with one line for each key. It holds no key, only hashes. */
public final class ApiKeyFile {
  public static final int BYTES_MAX = 4 * 1024 * 1024;
  public static final int KEYS_MAX = 10_000;
  public static final int NOTE_CHARACTERS_MAX = 200;

  private static final Set<String> FIELDS =
      Set.of("id", "sha256", "principal", "tenant", "expires", "revoked", "note");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  private ApiKeyFile() {}

  /**
   * @throws SourceException that says which entry is wrong
   */
  public static List<ApiKey> parse(byte[] content) throws SourceException {
    Object root = yaml(content);
    if (!(root instanceof Map<?, ?> map
        && map.keySet().equals(Set.of("keys"))
        && map.get("keys") instanceof List<?> entries)) {
      throw new SourceException("it is no list `keys:`");
    }
    if (entries.size() > KEYS_MAX) {
      throw new SourceException("it has more than " + KEYS_MAX + " keys");
    }
    List<ApiKey> out = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Object entry : entries) {
      ApiKey key = key(entry, out.size() + 1);
      if (!ids.add(key.id())) {
        throw new SourceException("key `" + key.id() + "` stands there twice");
      }
      out.add(key);
    }
    return List.copyOf(out);
  }

  private static Object yaml(byte[] content) throws SourceException {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel("the file of API keys")
            .setCodePointLimit(BYTES_MAX)
            .setMaxAliasesForCollections(0)
            .build();
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      return new Load(settings).loadFromString(text);
    } catch (YamlEngineException e) {
      throw new SourceException(
          "it is no YAML: " + e.getMessage().lines().findFirst().orElse(""), e);
    } catch (CharacterCodingException e) {
      throw new SourceException("it is not UTF-8", e);
    }
  }

  private static ApiKey key(Object entry, int number) throws SourceException {
    if (!(entry instanceof Map<?, ?> map)) {
      throw new SourceException("entry " + number + " is no map");
    }
    for (Object name : map.keySet()) {
      if (!(name instanceof String text && FIELDS.contains(text))) {
        throw new SourceException("entry " + number + " has an unknown field `" + name + "`");
      }
    }
    Reader fields = new Reader(map, number);
    Optional<String> principal = fields.text("principal");
    Optional<String> tenant = fields.matching("tenant", TENANT);
    if (principal.isEmpty() && tenant.isEmpty()) {
      throw fields.wrong("stands for no `principal` and no `tenant`");
    }
    if (principal.isPresent()) {
      fields.checkPrincipal(principal.get());
    }
    return new ApiKey(
        fields.needed("id", fields.matching("id", ApiKeyText.ID)),
        fields.needed("sha256", fields.matching("sha256", SHA256)),
        principal,
        tenant,
        fields.needed("expires", fields.time("expires")),
        fields.time("revoked"),
        fields.text("note"));
  }

  /** Reads the fields of one entry. */
  private record Reader(Map<?, ?> map, int number) {
    Optional<String> text(String name) throws SourceException {
      Object value = map.get(name);
      if (value == null && !map.containsKey(name)) {
        return Optional.empty();
      }
      if (value instanceof String text && text.length() <= SpiffeId.CHARACTERS_MAX) {
        return Optional.of(text);
      }
      throw wrong("has `" + name + "` that is no text");
    }

    Optional<String> matching(String name, Pattern pattern) throws SourceException {
      Optional<String> text = text(name);
      if (text.isPresent() && !pattern.matcher(text.get()).matches()) {
        throw wrong("has a broken `" + name + "`");
      }
      return text;
    }

    Optional<Instant> time(String name) throws SourceException {
      Optional<String> text = text(name);
      try {
        return text.map(Instant::parse);
      } catch (DateTimeException e) {
        throw wrong("has `" + name + "` that is no time such as 2026-01-31T12:00:00Z");
      }
    }

    <T> T needed(String name, Optional<T> value) throws SourceException {
      if (value.isEmpty()) {
        throw wrong("lacks `" + name + "`");
      }
      return value.get();
    }

    void checkPrincipal(String id) throws SourceException {
      try {
        SpiffeId.parse(id);
      } catch (RefusedException e) {
        throw wrong("has `principal` that is no SPIFFE ID");
      }
    }

    SourceException wrong(String what) {
      return new SourceException("entry " + number + " " + what);
    }
  }

  /** The file with these keys. */
  public static String text(List<ApiKey> keys) {
    StringBuilder out = new StringBuilder();
    out.append(
        "# API keys of a Ringfence gateway, by their hashes: `ringfence gateway key` keeps it.\n");
    out.append(keys.isEmpty() ? "keys: []\n" : "keys:\n");
    keys.forEach(k -> out.append("  - { ").append(String.join(", ", fields(k))).append(" }\n"));
    return out.toString();
  }

  private static List<String> fields(ApiKey key) {
    List<String> out = new ArrayList<>();
    out.add("id: \"" + key.id() + "\"");
    out.add("sha256: \"" + key.sha256() + "\"");
    key.principal().ifPresent(p -> out.add("principal: \"" + p + "\""));
    key.tenant().ifPresent(t -> out.add("tenant: \"" + t + "\""));
    out.add("expires: \"" + key.expires() + "\"");
    key.revoked().ifPresent(r -> out.add("revoked: \"" + r + "\""));
    key.note().ifPresent(n -> out.add("note: '" + n.replace("'", "''") + "'"));
    return out;
  }
}
