package io.ringfence.cli;

import io.ringfence.gateway.identity.ApiKey;
import io.ringfence.gateway.identity.SourceException;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code gateway key revoke}. */
@Command(
    name = "revoke",
    description = "Revoke an API key: a running gateway refuses it within a second or two.",
    exitCodeList = {"0:revoked", "1:there is no such key", "64:the command line is wrong"},
    footer = "  ringfence gateway key revoke abcdefghij")
final class GatewayKeyRevokeCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private GatewayKeys keys;

  @Parameters(paramLabel = "ID", description = "The key's id, as `list` shows it.")
  private String id;

  GatewayKeyRevokeCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    GatewayKeys.Found found = keys.find(shell);
    Instant now = shell.clock().instant().truncatedTo(ChronoUnit.SECONDS);
    try {
      found.store().change(there -> revoked(there, now));
    } catch (SourceException e) {
      throw new Failure("`" + found.store().path() + "`: " + e.getMessage(), e);
    }
    shell.out().line("key " + id + " is revoked");
    return ExitCode.OK;
  }

  private List<ApiKey> revoked(List<ApiKey> there, Instant now) throws SourceException {
    if (there.stream().noneMatch(k -> k.id().equals(id))) {
      throw new SourceException("there is no key `" + id + "`; `list` shows those there are");
    }
    return there.stream().map(k -> k.id().equals(id) ? revoked(k, now) : k).toList();
  }

  private static ApiKey revoked(ApiKey key, Instant now) {
    return new ApiKey(
        key.id(),
        key.sha256(),
        key.principal(),
        key.tenant(),
        key.expires(),
        key.revoked().or(() -> Optional.of(now)),
        key.note());
  }
}
