package io.ringfence.cli;

import io.ringfence.lab.Lab;
import io.ringfence.lab.LabOptions;
import io.ringfence.lab.Labs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Which lab is meant: that of a blueprint, that of an id, or the only one that is up. */
final class LabSelection {
  @Parameters(
      arity = "0..*",
      paramLabel = "BLUEPRINT",
      description =
          "Files and folders that make up the blueprint, `-` for standard input; by default what"
              + " the lab that is up was built from.")
  private List<String> names = List.of();

  @Mixin private LabIdOption which;

  /** A lab that is up, and the blueprint to hold it against. */
  record Open(LoadedBlueprint loaded, LabOptions options, Lab lab) implements AutoCloseable {
    @Override
    public void close() {
      lab.close();
    }
  }

  Labs labs(Shell shell) {
    return which.labs(shell);
  }

  /** The blueprint named, or {@code ringfence.yaml}. */
  LoadedBlueprint load(Shell shell) {
    return new BlueprintSource(shell).load(names);
  }

  /** The lab of a blueprint, up or not. */
  LabOptions options(Shell shell, LoadedBlueprint loaded) {
    return which.options(shell, loaded);
  }

  /** The lab that is up. */
  Open open(Shell shell) {
    return find(shell)
        .orElseThrow(
            () ->
                new Failure(
                    "no lab is up; `ringfence lab up BLUEPRINT` builds one" + which.elsewhere()));
  }

  /** The lab that is up, if one is; a lab that is named must be. */
  Optional<Open> find(Shell shell) {
    if (!names.isEmpty()) {
      LoadedBlueprint loaded = load(shell);
      LabOptions options = options(shell, loaded);
      return isUp(shell, options.id())
          ? Optional.of(open(loaded, options))
          : builtOf(shell, loaded.blueprint().name())
              .map(
                  i ->
                      open(loaded, new LabOptions(i).withStateDirectory(options.stateDirectory())));
    }
    Optional<String> chosen = which.id().or(() -> theOnly(shell));
    return chosen
        .filter(i -> isUp(shell, i))
        .map(
            i -> {
              LoadedBlueprint loaded = BlueprintSource.ofTexts(texts(shell, i));
              return open(
                  loaded, new LabOptions(i).withStateDirectory(labs(shell).stateDirectory()));
            });
  }

  /** The only lab of a blueprint of that name, where it was built under an id of its own. */
  private Optional<String> builtOf(Shell shell, String blueprint) {
    List<Labs.Entry> up =
        labs(shell).all().stream()
            .filter(e -> e.holder() == Labs.Holder.BACKGROUND && e.blueprint().equals(blueprint))
            .toList();
    return which.id().isEmpty() && up.size() == 1
        ? Optional.of(up.getFirst().id())
        : Optional.empty();
  }

  private static Open open(LoadedBlueprint loaded, LabOptions options) {
    return new Open(loaded, options, Lab.find(loaded.blueprint(), options));
  }

  private boolean isUp(Shell shell, String id) {
    return labs(shell).all().stream()
        .anyMatch(e -> e.id().equals(id) && e.holder() != Labs.Holder.NOBODY);
  }

  private Map<String, String> texts(Shell shell, String id) {
    return labs(shell)
        .texts(id)
        .orElseThrow(
            () -> new Failure("lab `" + id + "` keeps no blueprint; name the one it was built of"));
  }

  /** The id of the only lab in the background. */
  Optional<String> theOnly(Shell shell) {
    List<Labs.Entry> up =
        labs(shell).all().stream().filter(e -> e.holder() == Labs.Holder.BACKGROUND).toList();
    if (up.size() > 1) {
      throw new Failure(
          "several labs are up; name one: "
              + up.stream()
                  .map(e -> "--id " + e.id() + " (" + e.blueprint() + ")")
                  .collect(Collectors.joining(", ")));
    }
    return up.stream().map(Labs.Entry::id).findFirst();
  }

  /** The id given, or that of the blueprint given, if either is. */
  Optional<String> named(Shell shell) {
    return which
        .id()
        .or(
            () ->
                names.isEmpty()
                    ? Optional.empty()
                    : Optional.of(LabOptions.of(load(shell).blueprint()).id()));
  }
}
