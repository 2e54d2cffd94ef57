package io.ringfence.language;

import io.ringfence.language.YamlNode.Entry;
import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.model.Isolation;
import io.ringfence.model.Mode;
import io.ringfence.model.Prefix;
import io.ringfence.model.Segment;
import io.ringfence.model.Tier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads {@code segments:}. */
final class SegmentReader {
  private final Reading reading;
  private final Claims claims;
  private final Map<String, Entry> byTag = new HashMap<>();

  SegmentReader(Reading reading, Claims claims) {
    this.reading = reading;
    this.claims = claims;
  }

  Map<String, Segment> read() {
    Map<String, Segment> out = reading.named("segments", this::segment);
    claims.checkNetworks();
    return out;
  }

  private Optional<Segment> segment(Entry entry, Fields fields) {
    String name = entry.key().text();
    List<Prefix> networks = new ArrayList<>();
    for (Scalar scalar : fields.scalars("networks")) {
      reading
          .values()
          .prefix(scalar)
          .ifPresent(
              p -> {
                networks.add(p);
                claims.network(p, name, scalar.at());
              });
    }
    Optional<String> tier = fields.text("tier");
    if (tier.isEmpty() || networks.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Segment(
            name,
            Values.word(Tier.values(), tier.get()),
            networks,
            fields
                .text("isolation")
                .map(t -> Values.word(Isolation.values(), t))
                .orElse(Isolation.VLAN),
            tag(entry, fields, "vlan"),
            tag(entry, fields, "vni"),
            fields.text("mode").map(t -> Values.word(Mode.values(), t)).orElse(Mode.ENFORCE),
            reading.observedUntil(fields),
            entry.key().at()));
  }

  /** Two segments of one VLAN or VXLAN are one broadcast domain, unless their wires are apart. */
  private OptionalInt tag(Entry entry, Fields fields, String key) {
    Optional<Scalar> scalar = fields.scalar(key);
    if (scalar.isEmpty()) {
      return OptionalInt.empty();
    }
    int tag = Values.whole(scalar.get());
    Entry first = byTag.putIfAbsent(key + tag, entry);
    if (first != null) {
      reading
          .problems()
          .warn(
              scalar.get().at(),
              "segments "
                  + Said.quote(first.key().text())
                  + " and "
                  + Said.quote(entry.key().text())
                  + " share "
                  + key
                  + " "
                  + tag
                  + ": on one wire they are not apart");
    }
    return OptionalInt.of(tag);
  }
}
