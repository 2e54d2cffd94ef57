package io.ringfence.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.agent.kernel.LibNftables;
import io.ringfence.agent.kernel.NetworkNamespace;
import java.util.List;

/**
 * A whole ruleset as libnftables lists it: of a file in JSON or nft's own text, or the kernel's.
 */
final class ForeignRuleset {
  private static final String LIVE = "live";

  private final Shell shell;

  ForeignRuleset(Shell shell) {
    this.shell = shell;
  }

  JsonNode read(String name, NamespaceOption namespace) {
    if (name.equals(LIVE)) {
      try (NetworkNamespace entered = namespace.enter()) {
        return RulesetFile.parse(name, listed(name, entered, ""));
      }
    }
    String text = new BlueprintReader(shell).read(List.of(name)).getFirst().text();
    return RulesetFile.parse(name, RulesetFile.looksLike(text) ? text : normalised(name, text));
  }

  /**
   * INVARIANT (the machine's own ruleset is not touched): text is loaded into a namespace made for
   * it, which ends with its thread.
   */
  private static String normalised(String name, String text) {
    if (LibNftables.unavailable().isPresent()) {
      throw new Failure(
          "`%s` is nft's own text, which only nft can read: %s; or give the JSON of `nft -j list ruleset`"
              .formatted(name, LibNftables.unavailable().get()));
    }
    try (NetworkNamespace fresh = NetworkNamespace.fresh()) {
      return listed(name, fresh, text);
    } catch (java.io.IOException e) {
      throw new Failure("no network namespace to read `" + name + "` in: " + e.getMessage(), e);
    }
  }

  private static String listed(String name, NetworkNamespace namespace, String text) {
    try {
      return namespace.call(
          () -> {
            try (LibNftables nft = LibNftables.open(LibNftables.Output.JSON)) {
              if (!text.isEmpty()) {
                nft.run(text);
              }
            }
            try (LibNftables nft =
                LibNftables.open(
                    LibNftables.Output.JSON,
                    LibNftables.Output.HANDLES,
                    LibNftables.Output.STATELESS)) {
              return nft.run("list ruleset");
            }
          });
    } catch (Exception e) {
      throw new Failure("nft cannot read `" + name + "`: " + e.getMessage(), e);
    }
  }
}
