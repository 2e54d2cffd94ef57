package io.ringfence.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.cli.output.Counted;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.cli.terminal.Table;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What operators ask of a running gateway. */
final class GatewayOperatorCommands {
  private GatewayOperatorCommands() {}

  /** Adds them to {@code gateway}. */
  static CommandLine addTo(CommandLine gateway, Shell shell) {
    return gateway
        .addSubcommand("status", new Status(shell))
        .addSubcommand("metrics", new Metrics(shell))
        .addSubcommand("sessions", new Sessions(shell))
        .addSubcommand("approve", new Approve(shell))
        .addSubcommand("revoke", new Revoke(shell))
        .addSubcommand("reinstate", new Reinstate(shell))
        .addSubcommand("reload", new Reload(shell))
        .addSubcommand("drain", new Drain(shell))
        .addSubcommand("doctor", new Doctor(shell));
  }

  /** What they have in common. */
  private abstract static class Asking implements Callable<Integer> {
    final Shell shell;

    @Mixin OperatorOptions door;

    Asking(Shell shell) {
      this.shell = shell;
    }

    void line(String text) {
      shell.out().line(text);
    }

    void status(JsonNode status) {
      Screen out = shell.out();
      boolean ready = status.path("ready").asBoolean();
      out.line(
          out.in(Style.BOLD, "gateway `" + status.path("gateway").asText() + "`")
              + "  "
              + (ready ? out.in(Style.GREEN, "ready") : out.in(Style.RED, "not ready"))
              + "  generation "
              + status.path("generation").asText()
              + " ("
              + status.path("hash").asText()
              + ")");
      out.line(
          "  "
              + Counted.of(status.path("connections").asLong(), "connection")
              + ", "
              + Counted.of(status.path("answering").asLong(), "request")
              + " being answered");
      status
          .path("listens")
          .properties()
          .forEach(
              service ->
                  service
                      .getValue()
                      .forEach(at -> line("  " + service.getKey() + " at " + at.asText())));
      status
          .path("because")
          .forEach(why -> line("  " + out.in(Style.RED, "not ready: ") + why.asText()));
      status
          .path("observing")
          .forEach(
              o ->
                  line(
                      "  "
                          + out.in(Style.YELLOW, "observed, so that its denials pass: ")
                          + "rule `"
                          + o.path("rule").asText()
                          + "` until "
                          + o.path("until").asText()));
      tell(status, "refused", "the blueprint in the files is not served: ");
      tell(status, "stale", "what cannot be read anew: ");
      tell(status, "notRecorded", "not in the audit log: ");
    }

    void tell(JsonNode node, String field, String words) {
      if (node.has(field)) {
        line("  " + shell.out().in(Style.YELLOW, words) + node.path(field).asText());
      }
    }
  }

  @Command(
      name = "status",
      description = "Say how a running gateway stands.",
      exitCodeList = {
        "0:it is ready",
        "1:nobody answers, or it refuses",
        "3:it is not ready",
        "64:the command line is wrong"
      },
      footer = {"  ringfence gateway status", "  ringfence gateway status --socket PATH -o json"})
  private static final class Status extends Asking {
    Status(Shell shell) {
      super(shell);
    }

    @Override
    public Integer call() throws IOException {
      JsonNode status = door.ask(shell, "GET", "status", null, this::status);
      return status.path("ready").asBoolean() ? ExitCode.OK : ExitCode.FINDINGS;
    }
  }

  @Command(
      name = "metrics",
      description = "Print what a running gateway counts, in Prometheus' text format.",
      exitCodeList = {"0:done", "1:nobody answers, or it refuses", "64:the command line is wrong"},
      footer = {"  ringfence gateway metrics"})
  private static final class Metrics extends Asking {
    Metrics(Shell shell) {
      super(shell);
    }

    @Override
    public Integer call() throws IOException {
      shell.out().print(door.text(shell, "metrics"));
      return ExitCode.OK;
    }
  }

  @Command(
      name = "sessions",
      description =
          "List the sessions that are not over: who has one, under which rule, until when.",
      exitCodeList = {"0:done", "1:nobody answers, or it refuses", "64:the command line is wrong"},
      footer = {"  ringfence gateway sessions"})
  private static final class Sessions extends Asking {
    Sessions(Shell shell) {
      super(shell);
    }

    @Override
    public Integer call() throws IOException {
      door.ask(shell, "GET", "sessions", null, this::print);
      return ExitCode.OK;
    }

    private void print(JsonNode answer) {
      Table table = new Table("session", "state", "caller", "rule", "since", "until", "approver");
      for (JsonNode s : answer.path("sessions")) {
        table.row(
            s.path("id").asText(),
            s.path("state").asText(),
            s.path("caller").asText(),
            s.path("rule").asText(),
            s.path("since").asText(),
            s.path("until").asText(),
            s.path("approver").asText("-"));
      }
      if (table.isEmpty()) {
        line("no sessions");
      } else {
        table.print(shell.out(), "");
      }
    }
  }

  @Command(
      name = "approve",
      description = {
        "Approve a session that waits. You show who you are by a certificate; you are one of the"
            + " blueprint's approvers, and not who asked."
      },
      exitCodeList = {
        "0:approved",
        "1:nobody answers, or it refuses",
        "64:the command line is wrong"
      },
      footer = {
        "  ringfence gateway approve SESSION --at gateway.acme.example:9443 --certificate me.pem"
            + " --key me.key --trust ca.pem"
      })
  private static final class Approve extends Asking {
    @Parameters(paramLabel = "SESSION", description = "As `sessions` lists it.")
    private String session;

    Approve(Shell shell) {
      super(shell);
    }

    @Override
    public Integer call() throws IOException {
      door.ask(
          shell,
          "POST",
          "approve",
          Json.object().put("session", session),
          a ->
              line(
                  "approved: "
                      + a.path("caller").asText()
                      + " under rule "
                      + a.path("rule").asText()
                      + " until "
                      + a.path("until").asText()));
      return ExitCode.OK;
    }
  }

  @Command(
      name = "revoke",
      description = {
        "End a session, or all that shows a principal, token, certificate or API key, at once and"
            + " for as long as it could last; streams end with it."
      },
      exitCodeList = {
        "0:revoked",
        "1:nobody answers, or it refuses",
        "64:the command line is wrong"
      },
      footer = {
        "  ringfence gateway revoke session:ID",
        "  ringfence gateway revoke principal:spiffe://acme.example/etl"
      })
  private static final class Revoke extends Asking {
    @Parameters(
        paramLabel = "WHAT",
        description = "session:ID, principal:ID, token:ID, certificate:SERIAL or key:ID.")
    private String what;

    Revoke(Shell shell) {
      super(shell);
    }

    @Override
    public Integer call() throws IOException {
      door.ask(
          shell,
          "POST",
          "revoke",
          Json.object().put("what", what),
          a -> {
            line("revoked: " + a.path("revoked").asText());
            tell(a, "notRecorded", "not in the audit log: ");
          });
      return ExitCode.OK;
    }
  }

  @Command(
      name = "reinstate",
      description = "Take a revocation back.",
      exitCodeList = {"0:done", "1:nobody answers, or it refuses", "64:the command line is wrong"},
      footer = {"  ringfence gateway reinstate key:ID"})
  private static final class Reinstate extends Asking {
    @Parameters(paramLabel = "WHAT", description = "As it was revoked.")
    private String what;

    Reinstate(Shell shell) {
      super(shell);
    }

    @Override
    public Integer call() throws IOException {
      door.ask(
          shell,
          "POST",
          "reinstate",
          Json.object().put("what", what),
          a -> line("reinstated: " + a.path("reinstated").asText()));
      return ExitCode.OK;
    }
  }

  @Command(
      name = "reload",
      description =
          "Have the blueprint read again, and served if it is proved. It says what of it a running"
              + " gateway cannot take, and a start anew would.",
      exitCodeList = {
        "0:what stands in the files is served",
        "1:nobody answers, or it is refused: what was served before serves on",
        "64:the command line is wrong"
      },
      footer = {"  ringfence gateway reload"})
  private static final class Reload extends Asking {
    Reload(Shell shell) {
      super(shell);
    }

    @Override
    public Integer call() throws IOException {
      door.ask(shell, "POST", "reload", null, this::status);
      return ExitCode.OK;
    }
  }

  @Command(
      name = "drain",
      description = "Have no more requests taken, and wait for those that are being answered.",
      exitCodeList = {"0:done", "1:nobody answers, or it refuses", "64:the command line is wrong"},
      footer = {"  ringfence gateway drain"})
  private static final class Drain extends Asking {
    Drain(Shell shell) {
      super(shell);
    }

    @Override
    public Integer call() throws IOException {
      door.ask(shell, "POST", "drain", null, this::status);
      return ExitCode.OK;
    }
  }

  @Command(
      name = "doctor",
      description = {
        "Have a running gateway look at its databases' own settings: what they leave open that it"
            + " cannot close, and what does. It looks at start, when the blueprint changes and"
            + " every minute, and serves nobody where something is open. Notes are worth knowing,"
            + " such as known flaws of a version, and close nothing."
      },
      exitCodeList = {
        "0:nothing is left open",
        "1:nobody answers, or it refuses",
        "3:something is, or PostgreSQL could not be looked at: nobody is served there",
        "64:the command line is wrong"
      },
      footer = {"  ringfence gateway doctor"})
  private static final class Doctor extends Asking {
    Doctor(Shell shell) {
      super(shell);
    }

    @Override
    public Integer call() throws IOException {
      JsonNode found = door.ask(shell, "POST", "doctor", null, this::print);
      return found.path("databases").valueStream().allMatch(d -> d.path("served").asBoolean())
          ? ExitCode.OK
          : ExitCode.FINDINGS;
    }

    private void print(JsonNode answer) {
      if (answer.path("databases").isEmpty()) {
        line("it stands in front of no database");
      }
      answer.path("databases").properties().forEach(d -> database(d.getKey(), d.getValue()));
    }

    private void database(String name, JsonNode database) {
      Screen out = shell.out();
      boolean served = database.path("served").asBoolean();
      String version =
          database.has("version") ? "  version " + database.path("version").asText() : "";
      out.line(
          out.in(Style.BOLD, name)
              + "  "
              + (served ? out.in(Style.GREEN, "served") : out.in(Style.RED, "not served"))
              + version);
      tell(database, "unanswered", "it cannot be looked at: ");
      database.path("notes").forEach(n -> out.prose("  note    ", "          ", n.asText()));
      for (JsonNode finding : database.path("findings")) {
        out.prose("  open    ", "          ", finding.path("text").asText());
        out.prose("  repair  ", "          ", finding.path("repair").asText() + ";");
      }
      if (database.has("findings") && database.path("findings").isEmpty()) {
        line("  nothing is left open");
      }
    }
  }
}
