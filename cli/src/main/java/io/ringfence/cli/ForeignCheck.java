package io.ringfence.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.FlowWords;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.cli.terminal.Table;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.PortSet;
import io.ringfence.targets.nftables.ImportedComparison;
import io.ringfence.targets.nftables.ImportedComparison.Difference;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.targets.nftables.read.Construct;
import io.ringfence.targets.nftables.read.ImportedRuleset;
import io.ringfence.targets.nftables.read.Situation.Hook;
import io.ringfence.targets.nftables.read.UnreadableException;
import io.ringfence.verifier.flows.FlowSet;
import io.ringfence.verifier.flows.FlowSpace;
import io.ringfence.verifier.flows.FlowSpaceFullException;
import io.ringfence.verifier.projection.NetworkProjection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code check --nft}: what a ruleset that somebody else wrote lets through. */
final class ForeignCheck {
  private static final List<String> PROTOCOLS = List.of("tcp", "udp", "icmp");

  private final Shell shell;
  private final OutputFormat output;

  ForeignCheck(Shell shell, OutputFormat output) {
    this.shell = shell;
    this.output = output;
  }

  int run(
      List<String> names,
      PlacementOptions machine,
      BlueprintOption blueprint,
      NamespaceOption namespace) {
    var listing = new ForeignRuleset(shell).read(names, namespace);
    try {
      if (!machine.isGiven()) {
        FlowSpace space = FlowSpace.telling(List.of());
        ImportedRuleset alone = ImportedRuleset.read(listing, space);
        Filtered families = Filtered.by(listing);
        return summarise(
            alone, space, families, TranslationReport.of(listing), RuleFindingReport.of(listing));
      }
      LoadedBlueprint loaded = new BlueprintSource(shell).load(blueprint.names);
      FlowSpace space = FlowSpace.of(loaded.directory());
      ImportedRuleset ruleset = ImportedRuleset.read(listing, space);
      Placement placement = machine.placement(loaded.directory());
      List<Difference> differences =
          ImportedComparison.compare(
              new NetworkProjection(loaded.directory()), placement, ruleset, space);
      RuleFindingReport rules = RuleFindingReport.of(listing);
      switch (output) {
        case TEXT -> {
          rules.print(shell.out());
          print(ruleset, placement, differences, new FlowWords(loaded.directory()));
        }
        case JSON -> {
          ObjectNode out = json(ruleset, placement, differences);
          rules.addTo(out);
          Json.print(shell.out(), out);
        }
      }
      return differences.isEmpty() ? ExitCode.OK : ExitCode.FINDINGS;
    } catch (UnreadableException e) {
      throw new Failure(named(names) + " cannot be read: " + e.getMessage(), e);
    } catch (FlowSpaceFullException e) {
      throw new Failure(
          named(names)
              + " cannot be read: what it lets through takes too much memory to write down; split"
              + " it, or name sets rather than single rules",
          e);
    }
  }

  private static String named(List<String> names) {
    return names.stream().map(n -> "`" + n + "`").collect(Collectors.joining(" and "));
  }

  // --- Against a blueprint ---

  private void print(
      ImportedRuleset ruleset, Placement machine, List<Difference> differences, FlowWords words) {
    Screen out = shell.out();
    for (Difference difference : differences) {
      String certainty =
          difference.certain()
              ? "certain"
              : difference.dependsOn().isEmpty()
                  ? "by some interfaces"
                  : "depends on what is not understood";
      out.line(
          out.in(Style.RED_BOLD, ReadBackReport.word(difference.kind()))
              + "  "
              + words.text(difference.witness())
              + "  "
              + out.in(Style.DIM, difference.gate() + ", " + certainty));
      difference.trace().forEach(t -> out.prose("    ", "      ", t));
    }
    print(ruleset.constructs());
    out.line(
        Placements.title(machine)
            + (differences.isEmpty()
                ? ": opens exactly the blueprint's connections"
                : ": differs in " + differences.size() + " kinds of flow"));
  }

  private static ObjectNode json(
      ImportedRuleset ruleset, Placement machine, List<Difference> differences) {
    ObjectNode out = Json.object().put("placement", Placements.title(machine));
    out.put("faithful", differences.isEmpty());
    ArrayNode array = out.putArray("differences");
    for (Difference difference : differences) {
      ObjectNode node = array.addObject().put("kind", ReadBackReport.word(difference.kind()));
      node.put("certain", difference.certain()).put("gate", difference.gate());
      node.set("witness", Json.flow(difference.witness()));
      node.set("trace", Json.strings(difference.trace()));
      node.set("dependsOn", Json.strings(difference.dependsOn()));
    }
    out.set("constructs", constructs(ruleset));
    return out;
  }

  // --- Alone ---

  private int summarise(
      ImportedRuleset ruleset,
      FlowSpace space,
      Filtered families,
      TranslationReport translations,
      RuleFindingReport rules) {
    switch (output) {
      case TEXT -> {
        Table table = new Table("hook", "protocol", "surely passes", "may pass");
        for (Hook hook : Hook.values()) {
          for (String protocol : PROTOCOLS) {
            table.row(
                hook.text(),
                protocol,
                words(ruleset.surely(hook), families.all(space, protocol)),
                words(ruleset.possibly(hook), families.all(space, protocol)));
          }
        }
        table.print(shell.out(), "");
        families.note().ifPresent(shell.out()::line);
        translations.print(shell.out());
        rules.print(shell.out());
        print(ruleset.constructs());
      }
      case JSON -> {
        ObjectNode out = Json.object();
        ArrayNode passes = out.putArray("passes");
        for (Hook hook : Hook.values()) {
          for (String protocol : PROTOCOLS) {
            FlowSet all = families.all(space, protocol);
            passes
                .addObject()
                .put("hook", hook.text())
                .put("protocol", protocol)
                .put("surely", words(ruleset.surely(hook), all))
                .put("possibly", words(ruleset.possibly(hook), all));
          }
        }
        translations.addTo(out);
        out.set("constructs", constructs(ruleset));
        rules.addTo(out);
        Json.print(shell.out(), out);
      }
    }
    return ruleset.constructs().isEmpty() && rules.isEmpty() ? ExitCode.OK : ExitCode.FINDINGS;
  }

  /** The families that some table of a ruleset sees; no rule is asked about others. */
  private record Filtered(Set<Family> families) {
    static Filtered by(JsonNode listing) {
      Set<Family> out = EnumSet.noneOf(Family.class);
      for (JsonNode item : listing.path("nftables")) {
        switch (item.path("table").path("family").asText()) {
          case "ip" -> out.add(Family.IPV4);
          case "ip6" -> out.add(Family.IPV6);
          case "inet" -> out.addAll(EnumSet.allOf(Family.class));
          default -> {}
        }
      }
      return new Filtered(out.isEmpty() ? EnumSet.allOf(Family.class) : out);
    }

    FlowSet all(FlowSpace space, String protocol) {
      AddressSet seen =
          families.stream()
              .map(AddressSet.ALL::ofFamily)
              .reduce(AddressSet.EMPTY, AddressSet::union);
      return space.box(seen, AddressSet.ALL, PortSet.parse(protocol));
    }

    Optional<String> note() {
      return EnumSet.complementOf(EnumSet.copyOf(families)).stream()
          .findFirst()
          .map(
              f ->
                  (f == Family.IPV4 ? "IPv4" : "IPv6")
                      + " is not in the table: no rule here sees it, and all of it passes");
    }
  }

  private static String words(FlowSet passing, FlowSet all) {
    FlowSet here = passing.intersect(all);
    if (here.equals(all)) {
      return "everything";
    }
    return here.witness().map(ForeignCheck::example).orElse("nothing");
  }

  private static String example(Flow flow) {
    return "some, as " + flow;
  }

  private void print(List<Construct> constructs) {
    if (!constructs.isEmpty()) {
      shell.out().line("not understood, and taken both ways:");
      constructs.forEach(c -> shell.out().prose("  ", "    ", c.toString()));
    }
  }

  private static ArrayNode constructs(ImportedRuleset ruleset) {
    ArrayNode out = Json.array();
    for (Construct construct : ruleset.constructs()) {
      out.addObject()
          .put("place", construct.place())
          .put("text", construct.text())
          .put("effect", construct.effect());
    }
    return out;
  }
}
