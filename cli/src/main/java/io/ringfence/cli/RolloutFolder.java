package io.ringfence.cli;

import io.ringfence.language.SourceFile;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Endpoint;
import io.ringfence.model.Place;
import io.ringfence.model.PortRange;
import io.ringfence.verifier.rollout.Rollout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The blueprints of a rollout's steps, each in a folder of its own. */
final class RolloutFolder {
  /** The file of a first step that holds what it permits besides the new blueprint. */
  static final String KEPT = "zz-rollout.yaml";

  private final Shell shell;
  private final String folder;

  RolloutFolder(Shell shell, String folder) {
    this.shell = shell;
    this.folder = folder;
  }

  /** One step where none is needed before it. */
  void write(LoadedBlueprint loaded, Optional<Rollout.InSteps> steps) {
    refuseWhatIsThere();
    int number = 1;
    if (steps.isPresent()) {
      write("step-" + number, KEPT, text(steps.get().kept()));
      write("step-" + number++, loaded.files());
    }
    write("step-" + number, loaded.files());
    shell.err().line("written  " + folder + ": step 1" + (number == 2 ? ", step 2" : ""));
  }

  /** A file of an earlier rollout would be part of this one's blueprint. */
  private void refuseWhatIsThere() {
    Path path = shell.path(folder);
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> there = Files.list(path)) {
      if (there.findAny().isPresent()) {
        throw new Failure("`" + folder + "` is not empty; name a new folder");
      }
    } catch (IOException e) {
      throw new Failure("cannot use `" + folder + "`: " + Reasons.of(e), e);
    }
  }

  /** By their last names, numbered so that they keep their order and none hides another. */
  private void write(String step, List<SourceFile> files) {
    for (int i = 0; i < files.size(); i++) {
      String last = Path.of(files.get(i).name()).getFileName().toString();
      String yaml = last.endsWith(".yaml") || last.endsWith(".yml") ? last : last + ".yaml";
      String name = files.size() == 1 ? yaml : "%04d-%s".formatted(i + 1, yaml);
      write(step, name, files.get(i).text());
    }
  }

  private void write(String step, String file, String text) {
    String name = folder + "/" + step + "/" + file;
    OutputFile.write(shell.path(name), name, text);
  }

  private static String text(List<AccessRule> rules) {
    StringBuilder out = new StringBuilder();
    out.append("# Keeps open, until step 2, what the members of a cluster reach each other by.\n");
    out.append("ringfence: v1\naccess:\n");
    for (AccessRule rule : rules) {
      out.append("  - name: ").append(rule.name()).append('\n');
      out.append("    from: [").append(endpoints(rule.from())).append("]\n");
      out.append("    to: [").append(endpoints(rule.to())).append("]\n");
      rule.encryption()
          .ifPresent(e -> out.append("    encryption: ").append(e.text()).append('\n'));
    }
    return out.toString();
  }

  private static String endpoints(List<Endpoint> endpoints) {
    return endpoints.stream().map(RolloutFolder::endpoint).collect(Collectors.joining(", "));
  }

  private static String endpoint(Endpoint endpoint) {
    String place =
        endpoint.place() instanceof Place.OfPrefix p
            ? "cidr: " + quoted(p.prefix().toString())
            : "workload: " + quoted(endpoint.place().text());
    return endpoint.ports() instanceof Endpoint.Ports.Explicit ports
        ? "{ " + place + ", ports: [" + ports(ports.ports().ranges()) + "] }"
        : "{ " + place + " }";
  }

  private static String ports(List<PortRange> ranges) {
    return ranges.stream().map(r -> quoted(r.toString())).collect(Collectors.joining(", "));
  }

  /** Names, addresses and ports hold nothing that quotes would have to hide. */
  private static String quoted(String text) {
    return '"' + text + '"';
  }
}
