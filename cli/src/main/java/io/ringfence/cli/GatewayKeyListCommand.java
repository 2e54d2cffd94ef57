package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Table;
import io.ringfence.gateway.identity.ApiKey;
import io.ringfence.gateway.identity.SourceException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gateway key list}. */
@Command(
    name = "list",
    description = "List the API keys: whom each stands for, and until when. No key is shown.",
    exitCodeList = {"0:done", "1:the file cannot be read", "64:the command line is wrong"},
    footer = "  ringfence gateway key list -f rag.yaml -o json")
final class GatewayKeyListCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private GatewayKeys keys;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  GatewayKeyListCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    GatewayKeys.Found found = keys.find(shell);
    try {
      List<ApiKey> all = found.store().read();
      switch (output) {
        case TEXT -> print(all);
        case JSON -> Json.print(shell.out(), json(all));
      }
      return ExitCode.OK;
    } catch (SourceException e) {
      throw new Failure("`" + found.store().path() + "`: " + e.getMessage(), e);
    }
  }

  private String state(ApiKey key) {
    Instant now = shell.clock().instant();
    if (key.revoked().isPresent()) {
      return "revoked";
    }
    return key.expired(now) ? "expired" : "counts";
  }

  private void print(List<ApiKey> all) {
    if (all.isEmpty()) {
      shell.out().line("there are no keys; `ringfence gateway key new` makes one");
      return;
    }
    Table table = new Table("id", "state", "until", "principal", "tenant", "note");
    for (ApiKey key : all) {
      table.row(
          key.id(),
          state(key),
          key.revoked().orElse(key.expires()).toString(),
          key.principal().orElse("-"),
          key.tenant().orElse("-"),
          key.note().orElse("-"));
    }
    table.print(shell.out(), "");
  }

  private ArrayNode json(List<ApiKey> all) {
    ArrayNode out = Json.array();
    for (ApiKey key : all) {
      ObjectNode node = Json.object().put("id", key.id()).put("state", state(key));
      node.put("expires", key.expires().toString());
      key.principal().ifPresent(p -> node.put("principal", p));
      key.tenant().ifPresent(t -> node.put("tenant", t));
      key.revoked().ifPresent(r -> node.put("revoked", r.toString()));
      key.note().ifPresent(n -> node.put("note", n));
      out.add(node);
    }
    return out;
  }
}
