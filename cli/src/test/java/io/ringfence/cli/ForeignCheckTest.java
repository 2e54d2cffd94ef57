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

  @Test
  void nothingToCheckIsAnError() {
    assertEquals(ExitCode.ERROR, new TestingShell(folder).run("check").exit());
  }
}
