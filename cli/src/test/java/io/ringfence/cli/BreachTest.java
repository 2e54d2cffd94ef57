package io.ringfence.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ringfence.cli.terminal.Screen;
import io.ringfence.lab.AttackReport;
import io.ringfence.lab.AttackReport.Channel;
import io.ringfence.lab.AttackReport.Disguise;
import io.ringfence.lab.AttackReport.Forgery;
import io.ringfence.lab.AttackReport.Hop;
import io.ringfence.lab.AttackReport.Leak;
import io.ringfence.lab.AttackReport.Reached;
import io.ringfence.model.Address;
import io.ringfence.model.Protocol;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A breach held against the example: what a rule gives, and what goes beyond. */
class BreachTest {
  private static final String S3 = "s3.eu-central-1.amazonaws.com";
  private static final Address BUCKET = Address.parse("203.0.113.9");

  private static final LoadedBlueprint EXAMPLE =
      BlueprintSource.ofTexts(Map.of("ringfence.yaml", TestingText.ragPlatform()));

  private static final Hop FRONT = hop("web", "rag-api", "10.20.1.10", 8080);
  private static final Hop SSH = hop("web", "rag-api", "10.20.1.10", 22);
  private static final Hop SEARCH = hop("rag-api", "gateway", "10.20.1.100", 6334);
  private static final Hop SHORTCUT = hop("web", "qdrant", "10.20.2.11", 6333);

  private static Hop hop(String from, String to, String address, int port) {
    return new Hop(from, to, Address.parse(address), Protocol.TCP, port);
  }

  private static Reached reached(Hop... path) {
    return new Reached(List.of(path), Optional.empty(), "");
  }

  private static Breach breach(List<Reached> reached, List<Leak> leaks, List<Forgery> forgeries) {
    AttackReport report =
        new AttackReport("web", reached, leaks, forgeries, 100, true, Duration.ofSeconds(2));
    return Breach.of(report, EXAMPLE, Map.of(S3, List.of(BUCKET)));
  }

  private static final Breach BEFORE =
      breach(
          List.of(
              reached(FRONT),
              reached(SSH),
              reached(SHORTCUT),
              new Reached(List.of(FRONT, SEARCH), Optional.of("qdrant"), "")),
          List.of(
              new Leak("qdrant", Channel.TCP, BUCKET, 443),
              new Leak("qdrant", Channel.TCP, BUCKET, 80),
              new Leak("web", Channel.ICMP, BUCKET, 0)),
          List.of(
              new Forgery("web", Disguise.THROUGH_OWN_FILTER, 10, 10, List.of()),
              new Forgery("web", Disguise.ON_LINK, 10, 1, List.of())));

  private static final Breach AFTER =
      breach(
          List.of(reached(FRONT), new Reached(List.of(FRONT, SEARCH), Optional.of("qdrant"), "")),
          List.of(),
          List.of(
              new Forgery("web", Disguise.THROUGH_OWN_FILTER, 10, 0, List.of()),
              new Forgery("web", Disguise.ON_LINK, 10, 1, List.of())));

  @Test
  void whatNoRuleGivesIsBeyond() {
    assertEquals(
        List.of(
            "rag-api answered at 22/tcp",
            "qdrant answered at 6333/tcp",
            "data left: qdrant -> 203.0.113.9 port 80, a TCP connection",
            "data left: web -> 203.0.113.9, an echo request",
            "forged sources: web, through its own filter: 10 of 10 arrived"),
        BEFORE.beyond());
    assertEquals(
        List.of(), AFTER.beyond(), "only the port of a switch could tell the last forgery");
  }

  @Test
  void rulesAreFoundByNameToo() {
    assertEquals(Optional.of("backups"), BEFORE.rule(new Leak("qdrant", Channel.TCP, BUCKET, 443)));
    assertEquals(
        Optional.of("resolvers"),
        BEFORE.rule(new Leak("qdrant", Channel.RESOLVER, Address.parse("10.20.3.6"), 53)));
    assertEquals(
        Optional.empty(),
        BEFORE.rule(new Leak("qdrant", Channel.DNS, Address.parse("192.0.2.53"), 53)));
    assertEquals(Optional.empty(), BEFORE.rule(new Leak("web", Channel.TCP, BUCKET, 443)));
  }

  private static String text(int columns, Consumer<BreachText> print) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    print.accept(new BreachText(new Screen(stream, true, false, () -> columns)));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void oneBreachReadsHopByHop() {
    assertEquals(
        """
        web broken into, and nothing is enforced: 2 of 8 other workloads fall

                 FROM         TO                      PORTS             RULE
          hop 1  web      ->  rag-api                 22/tcp, 8080/tcp  front; no rule for 22/tcp
          hop 1  web      ->  qdrant                  6333/tcp          no rule
          hop 2  rag-api  ->  qdrant through gateway  6334/tcp          search

                  FROM        TO           BY                RULE
          leaves  qdrant  ->  203.0.113.9  a TCP connection  backups
          leaves  qdrant  ->  203.0.113.9  a TCP connection  no rule
          leaves  web     ->  203.0.113.9  an echo request   no rule

          forges sources, through its own filter   10 of 10 arrived
          forges sources, past it, a neighbour's*  1 of 10 arrived
          * only the port of a switch can tell these

        100 packets and connections tried in 2.0 s
        """,
        text(100, t -> t.print(BEFORE, false)));
  }

  @Test
  void twoBreachesReadSideBySide() {
    assertEquals(
        """
        web BROKEN INTO               BEFORE                         AFTER
        takes rag-api                 yes: 22/tcp                    as permitted: 8080/tcp by
                                                                     front
        takes globex-api              no answer                      no answer
        takes etl                     no answer                      no answer
        takes bastion                 no answer                      no answer
        takes prometheus              no answer                      no answer
        takes dns                     no answer                      no answer
        takes gateway                 no answer                      no answer
        takes qdrant                  yes: 6333/tcp                  no answer
        asks qdrant through a         as permitted in 2 hops:        as permitted in 2 hops:
        gateway                       6334/tcp by search             6334/tcp by search
        data out by a TCP connection  yes, from qdrant               nothing arrived
        data out by a datagram        nothing arrived                nothing arrived
        data out by an echo request   yes, from web                  nothing arrived
        data out by a question to an  nothing arrived                nothing arrived
        outside DNS server
        data out by a question to a   nothing arrived                nothing arrived
        resolver, passed on outside
        forges sources, through its   10 of 10 arrived               0 of 10 arrived
        own filter
        forges sources, past it       not tried                      not tried
        forges sources, past it, a    1 of 10 arrived                1 of 10 arrived
        neighbour's*
        * only the port of a switch can tell these

        before  2 of 8 other workloads fall; 2 answers and 2 leaks that no rule gives
        after   1 of 8 other workloads fall; 0 answers and 0 leaks that no rule gives
        """,
        text(90, t -> t.printCompared(BEFORE, AFTER)));
  }
}
