package io.ringfence.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A word after {@code ringfence}, and the command that it starts.
 *
 * @param command its maker: only what is asked for is made, since each costs start-up time
 */
record Verb(String name, Section section, Function<Shell, Object> command) {
  /** The parts of the help, in the order in which a newcomer meets them. */
  enum Section {
    START("Start here"),
    WRITE("Write a blueprint"),
    PROVE("Prove it"),
    COMPARE("Compile it, compare it"),
    ENFORCE("Enforce it on this machine"),
    REHEARSE("Rehearse it in a lab"),
    SHELL("For your shell and editor"),
    /** Not for people: in no help. */
    HIDDEN("");

    private final String title;

    Section(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  static final List<Verb> ALL =
      List.of(
          new Verb("demo", Section.START, DemoCommand::new),
          new Verb("init", Section.START, InitCommand::new),
          new Verb("validate", Section.WRITE, ValidateCommand::new),
          new Verb("fmt", Section.WRITE, FmtCommand::new),
          new Verb("lint", Section.PROVE, LintCommand::new),
          new Verb("verify", Section.PROVE, VerifyCommand::new),
          new Verb("explain", Section.PROVE, ExplainCommand::new),
          new Verb("blast-radius", Section.PROVE, BlastRadiusCommand::new),
          new Verb("graph", Section.PROVE, GraphCommand::new),
          new Verb("render", Section.COMPARE, RenderCommand::new),
          new Verb("check", Section.COMPARE, CheckCommand::new),
          new Verb("diff", Section.COMPARE, DiffCommand::new),
          new Verb("plan", Section.COMPARE, PlanCommand::new),
          new Verb("apply", Section.ENFORCE, ApplyCommand::new),
          new Verb("confirm", Section.ENFORCE, ConfirmCommand::new),
          new Verb("rollback", Section.ENFORCE, RollbackCommand::new),
          new Verb("status", Section.ENFORCE, StatusCommand::new),
          new Verb("agent", Section.ENFORCE, AgentCommand::new),
          new Verb("completion", Section.SHELL, CompletionCommand::new),
          new Verb("schema", Section.SHELL, SchemaCommand::new),
          new Verb("train", Section.HIDDEN, TrainCommand::new));

  static Optional<Verb> named(String name) {
    return ALL.stream().filter(v -> v.name().equals(name)).findFirst();
  }
}
