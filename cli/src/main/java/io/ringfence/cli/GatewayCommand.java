package io.ringfence.cli;

import io.ringfence.cli.terminal.Style;
import io.ringfence.gateway.identity.SteadyTime;
import io.ringfence.gateway.secret.Secrets;
import io.ringfence.gateway.serve.GatewayServer;
import io.ringfence.gateway.serve.GatewayStatus;
import io.ringfence.gateway.serve.PolicyRefusedException;
import io.ringfence.gateway.serve.ServeSettings;
import io.ringfence.gateway.signal.JsonLogFormat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gateway}: serves a gateway of the blueprint. */
@Command(
    name = "gateway",
    description = {
      "Stand in front of the databases as the blueprint's gateway: verify who asks, decide each"
          + " operation, keep tenants apart, record it. Runs until it is ended; then it lets"
          + " requests end.",
      "The blueprint is read again when it changes, and serves once it is proved; certificates and"
          + " keys are read again when theirs do. What needs a start anew is named in the log and"
          + " by `ringfence gateway status`."
    },
    exitCodeList = {
      "0:ended, or with --check: it could start",
      "1:the blueprint is not valid or not proved, or something it needs is absent",
      "64:the command line is wrong"
    },
    footer = {
      "  ringfence gateway --blueprint site/",
      "  ringfence gateway --blueprint rag.yaml --check",
      "  ringfence gateway status   # of one that runs",
      "  ringfence gateway -f rag.yaml --listen rest=127.0.0.1:8443 --upstream"
          + " chroma=127.0.0.1:8000"
    })
final class GatewayCommand implements Callable<Integer> {
  private static final Logger LOG = Logger.getLogger("io.ringfence.gateway");

  private final Shell shell;
  private final CountDownLatch ended = new CountDownLatch(1);

  @Option(
      names = {"-f", "--blueprint", "--file"},
      paramLabel = "BLUEPRINT",
      description = "A file or folder of it; may be given again; by default ringfence.yaml.")
  private List<String> files = List.of();

  @Option(
      names = "--name",
      paramLabel = "GATEWAY",
      description = "Which of the blueprint's gateways; by default the only one.")
  private String name;

  @Option(
      names = "--listen",
      paramLabel = "SERVICE=ADDRESS:PORT",
      description = {
        "Where to listen for a service instead (WORKLOAD/SERVICE where several have it), for a run"
            + " on one machine: callers on loopback then count as sending from where the blueprint"
            + " places who they prove to be. Port 0 takes a free one."
      })
  private Map<String, String> listen = new LinkedHashMap<>();

  @Option(
      names = "--upstream",
      paramLabel = "WORKLOAD=ADDRESS:PORT",
      description =
          "Where a database is instead; WORKLOAD/SERVICE where it has several. `telemetry`: where"
              + " the collector is.")
  private Map<String, String> upstream = new LinkedHashMap<>();

  @Option(names = "--tls12", description = "Take TLS 1.2 beside 1.3.")
  private boolean tls12;

  @Option(
      names = "--drain",
      paramLabel = "TIME",
      description = "How long requests may take to end; by default ${DEFAULT-VALUE}.")
  private String drain = "10s";

  @Option(
      names = "--explain",
      description =
          "Have answers say which rule decided (header or trailer `ringfence-explain`, PostgreSQL's"
              + " notices): for trying a blueprint, never in production.")
  private boolean explain;

  @Option(
      names = "--log",
      paramLabel = "FORMAT",
      description =
          "How it says on standard error what happens: ${COMPLETION-CANDIDATES}; by default text"
              + " at a terminal, else json.")
  private LogFormat log;

  @Option(names = "--check", description = "Say whether it could start, and end.")
  private boolean check;

  private GatewayCommand(Shell shell) {
    this.shell = shell;
  }

  static CommandLine line(Shell shell) {
    CommandLine line = new CommandLine(new GatewayCommand(shell));
    line.addSubcommand("key", GatewayKeyCommand.line(shell));
    return GatewayOperatorCommands.addTo(line, shell);
  }

  @Override
  public Integer call() throws IOException {
    Duration patience = Facts.span(drain);
    if (structured()) {
      JsonLogFormat.install(shell.err().stream());
    }
    WatchedBlueprint blueprint = new WatchedBlueprint(shell, files);
    try {
      ServeSettings settings = settings(blueprint);
      if (check) {
        GatewayServer.check(settings, blueprint);
        shell.out().line("gateway `" + settings.gateway() + "` could start");
        return ExitCode.OK;
      }
      serve(GatewayServer.start(settings, blueprint, new SteadyTime()), patience);
      return ExitCode.OK;
    } catch (PolicyRefusedException e) {
      if (e.getCause() instanceof InvalidBlueprint invalid) {
        throw invalid; // all its problems are told, with their places
      }
      throw new Failure(e.getMessage(), e);
    }
  }

  private ServeSettings settings(WatchedBlueprint blueprint)
      throws PolicyRefusedException, IOException {
    return new ServeSettings(
        name == null ? only(blueprint) : name,
        new Secrets(blueprint.folder(), shell.environment()::get),
        sockets("--listen", listen),
        sockets("--upstream", upstream),
        tls12,
        explain,
        this::note);
  }

  private static String only(WatchedBlueprint blueprint)
      throws PolicyRefusedException, IOException {
    Set<String> names = blueprint.readAhead().directory().blueprint().gateways().keySet();
    if (names.size() != 1) {
      throw new PolicyRefusedException(
          names.isEmpty()
              ? "the blueprint has no gateway"
              : "the blueprint has several gateways; choose with --name: "
                  + String.join(", ", names));
    }
    return names.iterator().next();
  }

  private static Map<String, InetSocketAddress> sockets(String option, Map<String, String> given) {
    Map<String, InetSocketAddress> out = new LinkedHashMap<>();
    given.forEach((key, value) -> out.put(key, socket(option, value)));
    return out;
  }

  private static InetSocketAddress socket(String option, String text) {
    int colon = text.lastIndexOf(':');
    try {
      String address = colon < 0 ? "" : text.substring(0, colon).replaceAll("^\\[(.*)]$", "$1");
      int port = Integer.parseInt(text.substring(colon + 1));
      return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    } catch (IllegalArgumentException e) {
      throw new Failure(
          "%s takes an address and a port, such as 127.0.0.1:8443, not `%s`"
              .formatted(option, text),
          e);
    }
  }

  private void serve(GatewayServer server, Duration patience) {
    Thread last =
        Thread.ofPlatform()
            .unstarted(
                () -> {
                  server.drain(patience);
                  server.close();
                  ended.countDown();
                });
    Runtime.getRuntime().addShutdownHook(last);
    tell(server.status());
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(GatewayStatus status) {
    shell
        .out()
        .line(
            shell.out().in(Style.BOLD, "gateway `" + status.gateway() + "`")
                + " serves generation "
                + status.generation().hash());
    status
        .listens()
        .forEach(
            (service, sockets) ->
                sockets.forEach(
                    s ->
                        shell
                            .out()
                            .line(
                                "  %s at %s:%d"
                                    .formatted(
                                        service, s.getAddress().getHostAddress(), s.getPort()))));
    shell.out().stream().flush();
  }

  private boolean structured() {
    return log == null ? !shell.err().isTerminal() : log == LogFormat.JSON;
  }

  private void note(String text) {
    if (structured()) {
      LOG.info(text);
      return;
    }
    shell.err().line(shell.clock().instant() + " " + text);
    shell.err().stream().flush();
  }
}
