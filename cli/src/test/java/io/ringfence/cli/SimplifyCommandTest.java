package io.ringfence.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code simplify} as a user sees it. */
class SimplifyCommandTest {
  @TempDir private Path folder;

  private static final String RULES =
      """
      table inet filter {
        chain input {
          type filter hook input priority 0; policy drop;
          iif "eth7" tcp dport 22 accept
          iif "eth7" tcp dport 2222 accept
          tcp dport 80 accept
          tcp dport 80 ip saddr 192.0.2.1 drop
          udp dport 53 log prefix "dns " accept
        }
      }
      """;

  private static void requireNft() throws Exception {
    Process can =
        new ProcessBuilder("unshare", "--map-root-user", "--net", "nft", "list", "ruleset").start();
    assumeTrue(can.waitFor() == 0, "needs nft and network namespaces");
  }

  @Test
  void printsAnEqualRulesetThatNftTakes() throws Exception {
    requireNft();
    TestingShell shell = new TestingShell(folder).file("rules.nft", RULES);
    TestingShell.Result result = shell.run("simplify", "--nft", "rules.nft");
    assertEquals(0, result.exit(), result.err());
    assertTrue(result.out().contains("iif \"eth7\" tcp dport { 22, 2222 } accept"), result.out());
    assertTrue(!result.out().contains("192.0.2.1"), result.out());
    assertTrue(result.err().contains("merged"), result.err());
    assertTrue(result.err().contains("dropped"), result.err());
    assertTrue(result.err().contains("left alone"), result.err());
    TestingShell.Result again =
        shell.file("smaller.nft", result.out()).run("simplify", "--nft", "smaller.nft");
    assertEquals(result.out(), again.out());
    assertTrue(again.err().contains("proved equal; 0 changes"), again.err());
  }

  /** nft gives up in the middle of what it reads, and says why itself. */
  @Test
  void whatNftGivesUpOnIsSaidInItsWords() throws Exception {
    requireNft();
    String deep = "table ip t { chain c { meta mark " + "(".repeat(300_000) + " } }";
    TestingShell.Result result =
        new TestingShell(folder).file("deep.nft", deep).run("simplify", "--nft", "deep.nft");
    assertEquals(ExitCode.ERROR, result.exit());
    assertTrue(result.err().contains("cannot be read by nft: "), result.err());
    assertTrue(result.err().contains("memory exhausted"), result.err());
  }

  @Test
  void machinesGetJson() {
    String json =
        "{'nftables':[{'table':{'family':'ip','name':'t'}},{'chain':{'family':'ip','table':'t',"
            + "'name':'c','hook':'input','type':'filter','prio':0,'policy':'drop'}},"
            + "{'rule':{'family':'ip','table':'t','chain':'c','handle':5,'expr':[{'drop':null}]}}]}";
    TestingShell.Result result =
        new TestingShell(folder)
            .file("rules.json", json.replace('\'', '"'))
            .run("simplify", "--nft", "rules.json", "-o", "json");
    assertEquals(0, result.exit(), result.err());
    assertTrue(result.out().contains("redundant: the policy of ip t c"), result.out());
    assertTrue(!result.out().contains("\"drop\" : null"), result.out());
  }

  @Test
  void whatIptablesSavesIsRefused() {
    TestingShell.Result result =
        new TestingShell(folder)
            .file("v4", "*filter\n:INPUT DROP [0:0]\nCOMMIT\n")
            .run("simplify", "--nft", "v4");
    assertEquals(ExitCode.ERROR, result.exit());
    assertTrue(result.err().contains("iptables-restore-translate"), result.err());
  }
}
