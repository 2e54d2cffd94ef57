package io.ringfence.targets.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringfence.model.Address;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.Protocol;
import io.ringfence.model.testing.BlueprintSketch;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What a host's ruleset lets each user open. */
class OpeningsTest {
  private static final long API = 991;
  private static final long DB = 992;
  private static final Generation GENERATION = new Generation(7);

  private static NetworkProjection projection() {
    return new NetworkProjection(
        new Directory(
            new BlueprintSketch()
                .segment("app", "10.0.1.0/24")
                .segment("far", "10.0.2.0/24")
                .workload("server", "far", "10.0.2.5")
                .process("api", "app", "box", API, "8080/tcp", "10.0.1.5")
                .process("db", "app", "box", DB, "6333/tcp", "10.0.1.5")
                .rule("call", "api", "server 8080/tcp")
                .rule("ask", "api", "db 6333/tcp")
                .egress("fetch", "db", "internet 443/tcp")
                .blueprint()));
  }

  private static Optional<Openings> of(String machine) {
    NetworkProjection projection = projection();
    Placement placement =
        Placement.all(projection.topology()).stream()
            .filter(p -> p.name().equals(machine))
            .findFirst()
            .orElseThrow();
    return Openings.of(NftablesRenderer.render(projection, placement, GENERATION).json());
  }

  private static Flow flow(String to, int port) {
    return new Flow(Address.parse("10.0.1.5"), Address.parse(to), Protocol.TCP, port);
  }

  /** To where, who, whether it stays, whether it goes. */
  private record Row(String to, int port, OptionalLong user, boolean stays, boolean permitted) {}

  @Test
  void eachUserOpensWhatItsRulesPermit() {
    OptionalLong api = OptionalLong.of(API);
    OptionalLong db = OptionalLong.of(DB);
    OptionalLong nobody = OptionalLong.empty();
    List<Row> rows =
        List.of(
            new Row("10.0.2.5", 8080, api, false, true),
            new Row("10.0.2.5", 8080, db, false, false),
            new Row("10.0.2.5", 8080, nobody, false, false),
            new Row("10.0.2.5", 8080, OptionalLong.of(0), false, false),
            new Row("10.0.2.5", 8081, api, false, false),
            new Row("10.0.1.5", 6333, api, true, true),
            new Row("10.0.1.5", 6333, OptionalLong.of(5), true, false),
            new Row("198.51.100.1", 443, db, false, true),
            new Row("198.51.100.1", 443, api, false, false));
    Openings openings = of("box").orElseThrow();
    for (Row row : rows) {
      int mark = openings.mark(flow(row.to(), row.port()).by(row.user()), row.stays());
      assertEquals(row.permitted() ? GENERATION.mark() : 0, mark, row.toString());
    }
  }

  @Test
  void whereNobodyAsksWhoOwnsASocketThereIsNothingToMark() {
    assertEquals(Optional.empty(), of("server@10.0.2.5"));
  }

  @Test
  void whatCannotBeReadIsRefused() throws Exception {
    String unread =
        """
        {"nftables":[{"add":{"table":{"family":"inet","name":"ringfence"}}},
          {"add":{"chain":{"family":"inet","table":"ringfence","name":"output","type":"filter",
            "hook":"output","prio":0,"policy":"drop"}}},
          {"add":{"rule":{"family":"inet","table":"ringfence","chain":"output","expr":[
            {"match":{"op":"==","left":{"meta":{"key":"skuid"}},"right":7}},{"quota":{}}]}}}]}
        """;
    var artifact = new ObjectMapper().readTree(unread);
    assertThrows(IllegalArgumentException.class, () -> Openings.of(artifact));
  }
}
