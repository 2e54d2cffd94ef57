package io.ringfence.targets.nftables.read;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What changes between rulesets that nobody here wrote. */
class ImportedDiffTest {
  private static JsonNode listing(String rules) throws IOException {
    return RuleFindingsTest.listing(RuleFindingsTest.rules(rules), List.of());
  }

  private static String changes(JsonNode before, JsonNode after) {
    return ImportedDiff.of(before, after).stream()
        .map(
            c ->
                (c.opened() ? "+" : "-")
                    + c.witness().port()
                    + (c.certain() ? "" : "? " + c.dependsOn().size()))
        .collect(Collectors.joining(", "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "ssh accept | ssh accept | none",
        "ssh accept / web accept | web accept / ssh accept | none",
        "ssh accept | web accept | +80, -22",
        "ssh accept | low accept | +1",
        "low accept | ssh drop / low accept | -22",
        "ssh accept | odd ssh accept | -22? 1",
        "odd ssh accept | ssh accept | +22? 1",
        // What both have word for word turns out alike.
        "odd ssh accept | odd ssh accept | none",
        "odd ssh accept | odd low accept | +1? 1",
        "ssh limit accept | ssh limit accept / web accept | +80",
        "ssh limit accept / web limit accept | ssh limit accept | -80? 1",
        // What is for replies only opens nothing.
        "ssh accept | open accept / ssh accept | none",
      })
  void tellsWhatOpensAndCloses(String before, String after, String expected) throws IOException {
    assertEquals(expected == null ? "" : expected, changes(listing(before), listing(after)));
  }

  @ParameterizedTest
  @CsvSource({"server", "containers", "zones", "guests", "services"})
  void rulesetDoesNotDifferFromItself(String name) throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/imported/" + name + ".json")) {
      JsonNode listing = new ObjectMapper().readTree(in);
      assertEquals("", changes(listing, listing));
    }
  }
}
