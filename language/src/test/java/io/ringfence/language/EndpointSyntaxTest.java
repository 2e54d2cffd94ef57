package io.ringfence.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ringfence.model.Blueprint;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Place;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointSyntaxTest {
  private static final Blueprint BLUEPRINT =
      TestingLoad.clean("base.yaml", Texts.resource("base.yaml"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "web                    | OfWorkload | web",
        "data                   | OfSegment  | data",
        "internet               | Internet   | internet",
        "qdrant/grpc            | OfWorkload | qdrant/grpc",
        "data/sql               | OfSegment  | data/sql",
        "10.0.0.10              | OfPrefix   | 10.0.0.10/32",
        "10.0.0.0/8             | OfPrefix   | 10.0.0.0/8",
        "::1                    | OfPrefix   | ::1/128",
        "fd00::/8               | OfPrefix   | fd00::/8",
        "S3.example.org         | OfFqdn     | s3.example.org",
        "select:                | OfSelector | select {}[]",
        "select:team=search     | OfSelector | select {team=search}[]",
        "select:a==1, b = 2     | OfSelector | select {a=1, b=2}[]",
        "select:team!=search    | OfSelector | select {}[team NotIn [search]]",
        "select:env in (a, b),x | OfSelector | select {}[env In [a, b], x Exists]",
        "select:e notin (a),!x  | OfSelector | select {}[e NotIn [a], x DoesNotExist]",
        "select:a=1,a=2         | OfSelector | select {a=1}[a In [2]]",
      })
  void names(String text, String kind, String words) {
    Endpoint endpoint = EndpointSyntax.parse(text, BLUEPRINT);
    assertEquals(kind, endpoint.place().getClass().getSimpleName());
    assertEquals(words, endpoint.text());
    assertEquals("command line", endpoint.at().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wbe            | undeclared workload or segment `wbe`; did you mean `web`?",
        "qdrnt/grpc     | undeclared workload or segment `qdrnt`; did you mean `qdrant`?",
        "qdrant/gprc    | `qdrant` has no service `gprc`; did you mean `grpc`? known are `grpc`,"
            + " `peer`, `rest`",
        "qdrant/metrics | `metrics` of Qdrant shares 6333/tcp with `rest` and is no service of its"
            + " own; write `qdrant/rest`",
        "web/http       | `web` has no service `http`; none is known",
        "10.0.0.1/8     | `10.0.0.1/8` has host bits set; the network is 10.0.0.0/8",
        "10.0.0.256     | `10.0.0.256` is not an IP address",
        "select:a=b=c   | `a=b=c` is no selector",
        "select:a in b  | `a in b` is no selector",
        "select:,       | `,` is no selector",
        "select:a is (b)| `a is (b)` is no selector",
      })
  void refuses(String text, String message) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> EndpointSyntax.parse(text, BLUEPRINT));
    assertEquals(
        message, e.getMessage().substring(0, Math.min(message.length(), e.getMessage().length())));
  }

  /** A declared name goes before an address or a domain name that looks the same. */
  @ParameterizedTest
  @CsvSource({"10.0.0.1", "a.example"})
  void aDeclaredNameGoesFirst(String name) {
    Blueprint blueprint =
        TestingLoad.clean(
            "a.yaml",
            """
            ringfence: v1
            segments: { s: { tier: application, networks: 10.0.0.0/24 } }
            workloads: { "%s": { segment: s, addresses: 10.0.0.9 } }
            """
                .formatted(name));
    assertEquals(new Place.OfWorkload(name), EndpointSyntax.parse(name, blueprint).place());
  }
}
