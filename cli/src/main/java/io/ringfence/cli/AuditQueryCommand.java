package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.Counted;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Table;
import io.ringfence.gateway.audit.AuditQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code audit query}: what a log tells. */
@Command(
    name = "query",
    description = {
      "Find decisions in an audit log: who asked for what, what was decided, by which rule, and"
          + " what became of it. Without filters on decisions, operators' records are among them.",
      "It reads what is there; `audit verify` says whether that is what was written."
    },
    exitCodeList = {
      "0:done, also when nothing was found",
      "1:it could not be read",
      "64:the command line is wrong"
    },
    footer = {
      "  ringfence audit query /var/lib/ringfence/audit --verdict deny --since 1h",
      "  ringfence audit query DIR --tenant acme --collection 'docs*' -o json"
    })
final class AuditQueryCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private AuditFolder log;

  @Option(
      names = {"-n", "--most"},
      paramLabel = "N",
      description = "The latest so many at most (${DEFAULT-VALUE}).")
  private int most = 1000;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  AuditQueryCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    if (most < 1) {
      throw new Failure("`--most` is at least 1");
    }
    AuditQuery.Result found = AuditQuery.run(log.path(shell), log.filter(shell.clock()), most);
    switch (output) {
      case TEXT -> print(found);
      case JSON -> Json.print(shell.out(), json(found));
    }
    return ExitCode.OK;
  }

  private void print(AuditQuery.Result found) {
    if (found.entries().isEmpty()) {
      shell.out().line("none found");
      return;
    }
    Table table =
        new Table(
            "time", "verdict", "principal", "tenant", "operation", "collections", "why", "end");
    for (AuditQuery.Found one : found.entries()) {
      List<String> cells = new ArrayList<>(AuditText.cells(shell.out(), one.entry()));
      cells.add(AuditText.end(one.end()));
      table.row(cells.toArray(String[]::new));
    }
    table.print(shell.out(), "");
    if (found.leftOut() > 0) {
      shell
          .out()
          .line(Counted.of(found.leftOut(), "older record") + " left out; `--most N` shows more");
    }
  }

  private static ObjectNode json(AuditQuery.Result found) {
    ArrayNode records = Json.array();
    for (AuditQuery.Found one : found.entries()) {
      ObjectNode node = AuditText.json(one.entry());
      one.end().ifPresent(e -> node.set("end", AuditText.end(Json.object(), e)));
      records.add(node);
    }
    ObjectNode out = Json.object().put("leftOut", found.leftOut());
    out.set("records", records);
    return out;
  }
}
