package io.ringfence.language;

import io.ringfence.language.YamlNode.Entry;
import io.ringfence.language.YamlNode.Mapping;
import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.language.YamlNode.Sequence;
import io.ringfence.model.SourceLocation;
import java.util.List;
import java.util.Optional;

/** A map's parts by key. What its shape refused is absent here: it is reported already. */
record Fields(Mapping map, Refused refused) {
  static Optional<Fields> of(YamlNode node, Refused refused) {
    return node.value() instanceof Mapping m && !refused.contains(m)
        ? Optional.of(new Fields(m, refused))
        : Optional.empty();
  }

  SourceLocation at() {
    return map.at();
  }

  /** True when the key stands there, whatever its value. */
  boolean has(String key) {
    return map.get(key).isPresent();
  }

  Optional<YamlNode> node(String key) {
    return map.get(key).filter(n -> !refused.contains(n));
  }

  Optional<Scalar> scalar(String key) {
    return node(key).filter(Scalar.class::isInstance).map(Scalar.class::cast);
  }

  Optional<String> text(String key) {
    return scalar(key).map(Scalar::text);
  }

  Optional<Fields> fields(String key) {
    return node(key).flatMap(n -> of(n, refused));
  }

  /** The items of a list; one thing that is no list is the only item. */
  List<YamlNode> items(String key) {
    return node(key).map(this::items).orElse(List.of());
  }

  List<YamlNode> items(YamlNode node) {
    return (node.value() instanceof Sequence s ? s.items() : List.of(node))
        .stream().map(YamlNode::value).filter(n -> !refused.contains(n)).toList();
  }

  List<Scalar> scalars(String key) {
    return items(key).stream().filter(Scalar.class::isInstance).map(Scalar.class::cast).toList();
  }

  /** The entries of the map below a key. */
  List<Entry> entries(String key) {
    return fields(key).map(Fields::entries).orElse(List.of());
  }

  List<Entry> entries() {
    return map.entries().stream().filter(e -> !refused.contains(e.value())).toList();
  }
}
