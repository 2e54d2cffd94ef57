package io.ringfence.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.agent.kernel.LibNftables;
import io.ringfence.agent.kernel.NetworkNamespace;
import io.ringfence.language.SourceFile;
import io.ringfence.targets.iptables.Imported;
import io.ringfence.targets.iptables.IptablesReader;
import io.ringfence.targets.iptables.SaveFile;
import io.ringfence.targets.iptables.SaveProblem;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A whole ruleset as libnftables lists it: of a file in JSON or nft's own text, or the kernel's.
 */
final class ForeignRuleset {
  private static final String LIVE = "live";

  private final Shell shell;

  ForeignRuleset(Shell shell) {
    this.shell = shell;
  }

  /** One ruleset; or the texts of iptables-save and ip6tables-save, which are one together. */
  JsonNode read(List<String> names, NamespaceOption namespace) {
    if (names.equals(List.of(LIVE))) {
      try (NetworkNamespace entered = namespace.enter()) {
        return RulesetFile.anyOf(LIVE, listed(entered));
      }
    }
    if (names.contains(LIVE)) {
      throw new Failure("`live` is a ruleset of its own; name it alone");
    }
    List<SourceFile> files = new BlueprintReader(shell).read(names);
    files.forEach(ForeignRuleset::requireText);
    if (files.stream().allMatch(f -> SaveFile.looksLike(f.text()))) {
      return saved(files);
    }
    if (files.size() > 1) {
      throw new Failure(
          "several files are one ruleset only when iptables-save and ip6tables-save wrote them");
    }
    return RulesetFile.anyOf(names.getFirst(), files.getFirst().text());
  }

  /** One ruleset of nft's own, of which nft's own can be made again. */
  JsonNode readNft(String name, NamespaceOption namespace) {
    if (name.equals(LIVE)) {
      return read(List.of(name), namespace);
    }
    SourceFile file = new BlueprintReader(shell).read(List.of(name)).getFirst();
    requireText(file);
    if (SaveFile.looksLike(file.text())) {
      throw new Failure(
          "`"
              + name
              + "` is of iptables-save, and what would be printed is nft's; translate it"
              + " with `iptables-restore-translate -f "
              + name
              + "` first");
    }
    return RulesetFile.anyOf(name, file.text());
  }

  /**
   * What failed leaves an empty file behind, which would be read as a ruleset that lets all pass.
   */
  private static void requireText(SourceFile file) {
    if (file.text().isBlank()) {
      throw new Failure("`" + file.name() + "` is empty; see whether what wrote it failed");
    }
  }

  /** One file, of whichever kind. */
  JsonNode parse(SourceFile file) {
    return SaveFile.looksLike(file.text())
        ? saved(List.of(file))
        : RulesetFile.parse(file.name(), file.text());
  }

  private static JsonNode saved(List<SourceFile> files) {
    Imported imported =
        IptablesReader.read(
            files.stream()
                .map(f -> new SaveFile(f.name(), f.text(), SaveFile.familyOf(f.text())))
                .toList());
    return imported
        .ruleset()
        .orElseThrow(
            () ->
                new Failure(
                    imported.problems().stream()
                        .map(SaveProblem::text)
                        .collect(Collectors.joining("\n"))));
  }

  private static String listed(NetworkNamespace namespace) {
    try {
      return namespace.call(
          () -> {
            try (LibNftables nft =
                LibNftables.open(
                    LibNftables.Output.JSON,
                    LibNftables.Output.HANDLES,
                    LibNftables.Output.STATELESS)) {
              return nft.run("list ruleset");
            }
          });
    } catch (Exception e) {
      throw new Failure("the kernel's ruleset cannot be listed: " + e.getMessage(), e);
    }
  }
}
