package io.ringfence.language;

import io.ringfence.language.YamlNode.Entry;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** What all readers of one blueprint share. */
record Reading(Sections sections, Names names, Values values, Problems problems, Refused refused) {
  /** Until when an entry is observed. */
  Optional<Instant> observedUntil(Fields fields) {
    return fields.fields("observe").flatMap(f -> f.scalar("until")).flatMap(values::time);
  }

  /** Reads each entry of a section that its shape did not refuse. */
  <T> Map<String, T> named(String section, BiFunction<Entry, Fields, Optional<T>> read) {
    Map<String, T> out = new LinkedHashMap<>();
    sections
        .named(section)
        .forEach(
            (name, entry) ->
                Fields.of(entry.value(), refused)
                    .flatMap(f -> read.apply(entry, f))
                    .ifPresent(t -> out.put(name, t)));
    return out;
  }
}
