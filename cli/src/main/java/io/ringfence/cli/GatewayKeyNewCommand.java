package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.Json;
import io.ringfence.gateway.identity.ApiKey;
import io.ringfence.gateway.identity.ApiKeyFile;
import io.ringfence.gateway.identity.ApiKeyText;
import io.ringfence.gateway.identity.SourceException;
import io.ringfence.gateway.identity.SpiffeId;
import io.ringfence.gateway.request.RefusedException;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gateway key new}. */
@Command(
    name = "new",
    description = {
      "Make an API key, and print it: this once, for nobody keeps it. It stands for a principal, a"
          + " tenant, or both.",
      "A key is the weakest proof of identity, since whoever reads it has it: prefer certificates"
          + " and tokens."
    },
    exitCodeList = {"0:made", "1:it could not be made", "64:the command line is wrong"},
    footer = {
      "  ringfence gateway key new --tenant globex --expires 30d --note 'trial'",
      "  ringfence gateway key new --principal spiffe://acme.example/ns/app/sa/rag-api"
    })
final class GatewayKeyNewCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private GatewayKeys keys;

  @Option(
      names = "--principal",
      paramLabel = "SPIFFE-ID",
      description = "Whose identity it proves.")
  private String principal;

  @Option(names = "--tenant", paramLabel = "TENANT", description = "Whose member it makes.")
  private String tenant;

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      description = "When it ends, from now; by default ${DEFAULT-VALUE}.")
  private String expires = "90d";

  @Option(names = "--note", paramLabel = "TEXT", description = "What it is for.")
  private String note;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  GatewayKeyNewCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    GatewayKeys.Found found = keys.find(shell);
    check(found);
    String text = ApiKeyText.random(new SecureRandom());
    ApiKey key =
        new ApiKey(
            ApiKeyText.id(text).orElseThrow(),
            ApiKeyText.sha256(text),
            Optional.ofNullable(principal),
            Optional.ofNullable(tenant),
            until(Facts.span(expires)),
            Optional.empty(),
            Optional.ofNullable(note));
    try {
      found.store().change(there -> with(there, key));
    } catch (SourceException e) {
      throw new Failure("`" + found.store().path() + "`: " + e.getMessage(), e);
    }
    print(text, key);
    return ExitCode.OK;
  }

  private Instant until(Duration span) {
    return shell.clock().instant().plus(span).truncatedTo(ChronoUnit.SECONDS);
  }

  private static List<ApiKey> with(List<ApiKey> there, ApiKey key) {
    List<ApiKey> out = new ArrayList<>(there);
    out.add(key);
    return out;
  }

  private void check(GatewayKeys.Found found) {
    if (principal == null && tenant == null) {
      throw new Failure("say whom the key stands for: --principal, --tenant, or both");
    }
    if (tenant != null && !found.blueprint().tenants().containsKey(tenant)) {
      throw new Failure(
          "there is no tenant `%s`; there are: %s"
              .formatted(tenant, String.join(", ", found.blueprint().tenants().keySet())));
    }
    if (principal != null) {
      try {
        SpiffeId.parse(principal);
      } catch (RefusedException e) {
        throw new Failure(
            "`" + principal + "` is no SPIFFE ID, such as spiffe://acme.example/ns/app/sa/api", e);
      }
    }
    if (note != null
        && (note.length() > ApiKeyFile.NOTE_CHARACTERS_MAX
            || note.codePoints().anyMatch(Character::isISOControl))) {
      throw new Failure(
          "a note is one line of at most " + ApiKeyFile.NOTE_CHARACTERS_MAX + " characters");
    }
  }

  private void print(String text, ApiKey key) {
    switch (output) {
      case TEXT -> {
        shell.out().line(text);
        shell.err().line("key " + key.id() + " until " + key.expires() + "; it is not shown again");
      }
      case JSON -> {
        ObjectNode out = Json.object().put("key", text).put("id", key.id());
        Json.print(shell.out(), out.put("expires", key.expires().toString()));
      }
    }
  }
}
