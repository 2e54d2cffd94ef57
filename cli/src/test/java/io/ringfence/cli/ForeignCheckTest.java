package io.ringfence.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check --nft} as a user sees it. */
class ForeignCheckTest {
  @TempDir private Path folder;

  private TestingShell.Result check(String expressions) {
    String json =
        "{'nftables':[{'table':{'family':'ip','name':'t'}},{'chain':{'family':'ip','table':'t',"
            + "'name':'c','hook':'input','type':'filter','prio':0,'policy':'drop'}},"
            + "{'rule':{'family':'ip','table':'t','chain':'c','handle':5,'expr':["
            + expressions
            + "{'accept':null}]}}]}";
    return new TestingShell(folder)
        .file("rules.json", json.replace('\'', '"'))
        .run("check", "--nft", "rules.json");
  }

  @Test
  void understoodRulesetIsSummedUp() {
    TestingShell.Result result = check("");
    assertEquals(ExitCode.OK, result.exit(), result.err());
    assertTrue(result.out().startsWith("hook"), result.out());
  }

  @Test
  void whatIsNotUnderstoodIsNamedWithItsPlace() {
    TestingShell.Result result = check("{'quota':{'val':1,'val_unit':'mbytes'}},");
    assertEquals(ExitCode.FINDINGS, result.exit(), result.err());
    assertTrue(result.out().contains("chain `c` rule 1 (handle 5): quota"), result.out());
  }

  private static final String TWICE =
      "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n"
          + "-A INPUT -p tcp -m tcp --dport 1:1024 -j ACCEPT\n"
          + "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n";

  @Test
  void rulesThatMakeNoDifferenceAreNamedWithPlaceAndWitness() {
    TestingShell.Result result =
        new TestingShell(folder).file("v4", TWICE).run("check", "--nft", "v4");
    assertEquals(ExitCode.FINDINGS, result.exit(), result.err());
    assertTrue(result.out().contains("shadowed  v4:6: "), result.out());
    assertTrue(result.out().contains("take every packet that it asks for: v4:5"), result.out());
    assertTrue(result.out().contains("as 192.0.2.1 -> 198.51.100.1 22/tcp"), result.out());
  }

  @Test
  void machinesAreToldOfThemToo() {
    TestingShell.Result result =
        new TestingShell(folder).file("v4", TWICE).run("check", "--nft", "v4", "-o", "json");
    assertTrue(result.out().contains("\"kind\" : \"shadowed\""), result.out());
    assertTrue(result.out().contains("\"certain\" : true"), result.out());
  }

  @Test
  void translationsAreFollowedToWhatBecomesOfThem() {
    String nat =
        "*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
            + ":POSTROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT"
            + " --to-destination 172.17.0.2:80\nCOMMIT\n";
    TestingShell.Result result =
        new TestingShell(folder).file("v4", TWICE + nat).run("check", "--nft", "v4");
    String out = result.out().replaceAll("\\s+", " ");
    assertTrue(
        out.contains(
            "192.0.2.1 -> 198.51.100.1 8080/tcp becomes 192.0.2.1 -> 172.17.0.2 80/tcp; routed"
                + " through, all of it is dropped"),
        out);
  }

  @Test
  void aFileIsReadUpToItsLimit() {
    String end = "\n".repeat(BlueprintReader.BYTES_MAX - TWICE.length());
    TestingShell shell = new TestingShell(folder).file("v4", TWICE + end);
    assertEquals(ExitCode.FINDINGS, shell.run("check", "--nft", "v4").exit());
    TestingShell.Result result = shell.file("v4", TWICE + end + "\n").run("check", "--nft", "v4");
    assertEquals(ExitCode.ERROR, result.exit());
    assertTrue(result.err().contains("`v4` has more than 25,165,824 bytes"), result.err());
  }

  @Test
  void whatFailedIsNoRulesetThatLetsAllPass() {
    TestingShell.Result result =
        new TestingShell(folder).file("v4", "\n").run("check", "--nft", "v4");
    assertEquals(ExitCode.ERROR, result.exit());
    assertTrue(result.err().contains("`v4` is empty"), result.err());
  }

  /** An example of the other family would only show that nobody asked about it. */
  @Test
  void aRulesetOfOneFamilyIsSummedUpInIt() {
    TestingShell.Result result =
        new TestingShell(folder).file("v4", TWICE).run("check", "--nft", "v4");
    assertTrue(!result.out().contains("2001:db8"), result.out());
    assertTrue(
        result.out().contains("IPv6 is not in the table: no rule here sees it"), result.out());
  }

  @Test
  void nothingToCheckIsAnError() {
    assertEquals(ExitCode.ERROR, new TestingShell(folder).run("check").exit());
  }
}
