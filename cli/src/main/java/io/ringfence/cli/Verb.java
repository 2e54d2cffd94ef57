package io.ringfence.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A word after {@code ringfence}, and the command that it starts.
 *
 * @param summary what it does, for the list of all
 * @param command its maker: only what is asked for is made, since each costs start-up time
 */
record Verb(String name, String summary, Section section, Function<Shell, Object> command) {
  /** The parts of the help, in the order in which a newcomer meets them. */
  enum Section {
    START("Start here"),
    WRITE("Write a blueprint"),
    PROVE("Prove it"),
    COMPARE("Compile it, compare it"),
    ENFORCE("Enforce it on this machine"),
    OPERATE("Operate the gateway"),
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
          new Verb(
              "demo",
              "See it all: a real database, a breach before and after, a report",
              Section.START,
              DemoCommand::new),
          new Verb(
              "init", "Write a commented blueprint to begin with", Section.START, InitCommand::new),
          new Verb(
              "validate",
              "Say everything that is wrong with a blueprint",
              Section.WRITE,
              ValidateCommand::new),
          new Verb(
              "fmt",
              "Write blueprint files in their canonical form",
              Section.WRITE,
              FmtCommand::new),
          new Verb(
              "lint", "Find what is more open than it need be", Section.PROVE, LintCommand::new),
          new Verb(
              "verify",
              "Prove guardrails, tests and the ruleset of every machine",
              Section.PROVE,
              VerifyCommand::new),
          new Verb(
              "explain",
              "Say why a flow or an operation is permitted or denied",
              Section.PROVE,
              ExplainCommand::new),
          new Verb(
              "blast-radius",
              "Say what falls once something is compromised",
              Section.PROVE,
              BlastRadiusCommand::new),
          new Verb("graph", "Draw who may open flows to whom", Section.PROVE, GraphCommand::new),
          new Verb(
              "render",
              "Print the nftables ruleset of a machine",
              Section.COMPARE,
              RenderCommand::new),
          new Verb(
              "check",
              "Say whether a ruleset does exactly what the blueprint says",
              Section.COMPARE,
              CheckCommand::new),
          new Verb(
              "diff",
              "Say what one blueprint permits and another does not",
              Section.COMPARE,
              DiffCommand::new),
          new Verb(
              "simplify",
              "Print a smaller ruleset that does the same, proved",
              Section.COMPARE,
              SimplifyCommand::new),
          new Verb("plan", "Say what applying would change", Section.COMPARE, PlanCommand::new),
          new Verb(
              "apply",
              "Load a machine's ruleset; it reverts unless confirmed",
              Section.ENFORCE,
              ApplyCommand::new),
          new Verb("confirm", "Keep what was applied", Section.ENFORCE, ConfirmCommand::new),
          new Verb(
              "rollback",
              "Take it back, or go to an earlier generation",
              Section.ENFORCE,
              RollbackCommand::new),
          new Verb(
              "status",
              "Say what is in force, and what has drifted",
              Section.ENFORCE,
              StatusCommand::new),
          new Verb(
              "agent",
              "Keep it in force: repair drift, follow names",
              Section.ENFORCE,
              AgentCommand::new),
          new Verb(
              "gateway",
              "Stand in front of the databases as the blueprint's gateway",
              Section.OPERATE,
              GatewayCommand::line),
          new Verb(
              "audit",
              "Read a gateway's audit log, and prove it is as it was written",
              Section.OPERATE,
              AuditCommand::line),
          new Verb(
              "lab",
              "Build the deployment from network namespaces; enforce and probe it",
              Section.REHEARSE,
              LabCommand::line),
          new Verb(
              "attack",
              "Play a breach, before and after enforcement",
              Section.REHEARSE,
              AttackCommand::new),
          new Verb(
              "completion",
              "Print the completion script for bash or zsh",
              Section.SHELL,
              CompletionCommand::new),
          new Verb(
              "schema", "Print the JSON Schema of blueprints", Section.SHELL, SchemaCommand::new),
          new Verb("train", "Run the quick commands once", Section.HIDDEN, TrainCommand::new));

  static Optional<Verb> named(String name) {
    return ALL.stream().filter(v -> v.name().equals(name)).findFirst();
  }
}
