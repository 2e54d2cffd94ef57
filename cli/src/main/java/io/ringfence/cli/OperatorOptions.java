package io.ringfence.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringfence.cli.output.Json;
import io.ringfence.gateway.admin.OperatorClient;
import io.ringfence.gateway.admin.OperatorTls;
import java.io.IOException;
import java.nio.file.Files;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Which running gateway an operator's command is for, and how its answer is shown. */
final class OperatorOptions {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OK = 200;

  /** A gateway that is not ready is still an answer. */
  private static final int NOT_READY = 503;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "Its operators' socket on this machine (${DEFAULT-VALUE}).")
  private String socket = "/run/ringfence/gateway.sock";

  @Option(
      names = "--at",
      paramLabel = "HOST:PORT",
      description = "Its operators' address instead, with --certificate, --key and --trust.")
  private String address;

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description = "Yours, in PEM, with a SPIFFE ID.")
  private String certificate;

  @Option(names = "--key", paramLabel = "FILE", description = "Its key, in PEM.")
  private String key;

  @Option(
      names = "--trust",
      paramLabel = "FILE",
      description = "Who signs the gateway's certificate, in PEM.")
  private String trust;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}")
  private OutputFormat output = OutputFormat.TEXT;

  /** Asks, and shows the answer; a refusal is a failure in the gateway's words. */
  JsonNode ask(Shell shell, String method, String path, JsonNode body, Consumer<JsonNode> text)
      throws IOException {
    OperatorClient.Answer answer = answer(shell, method, path, body);
    JsonNode node = parse(answer.body());
    boolean told = answer.status() == OK || (answer.status() == NOT_READY && node.has("ready"));
    if (!told) {
      throw new Failure("the gateway refuses: " + node.path("error").asText(answer.body()));
    }
    switch (output) {
      case TEXT -> text.accept(node);
      case JSON -> Json.print(shell.out(), node);
    }
    return node;
  }

  /** Asks for what is no JSON. */
  String text(Shell shell, String path) throws IOException {
    OperatorClient.Answer answer = answer(shell, "GET", path, null);
    if (answer.status() != OK) {
      throw new Failure("the gateway refuses: " + parse(answer.body()).path("error").asText());
    }
    return answer.body();
  }

  private OperatorClient.Answer answer(Shell shell, String method, String path, JsonNode body)
      throws IOException {
    try {
      return client(shell).ask(method, path, body == null ? "" : body.toString());
    } catch (java.net.ConnectException | java.nio.file.NoSuchFileException e) {
      throw unreachable(e);
    } catch (java.net.SocketException e) {
      throw unreachable(e);
    }
  }

  private Failure unreachable(IOException e) {
    return new Failure(
        address == null
            ? "no gateway listens at the socket `"
                + socket
                + "`; its path is `admin: { socket: }` of the blueprint"
            : "no gateway listens at " + address,
        e);
  }

  private OperatorClient client(Shell shell) throws IOException {
    if (address == null) {
      return OperatorClient.at(shell.path(socket));
    }
    if (certificate == null || key == null || trust == null) {
      throw new Failure("`--at` needs --certificate, --key and --trust");
    }
    return OperatorClient.at(
        address,
        OperatorTls.context(
            Files.readAllBytes(shell.path(certificate)),
            Files.readAllBytes(shell.path(key)),
            Files.readAllBytes(shell.path(trust))));
  }

  private static JsonNode parse(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new Failure("the answer is not a gateway's", e);
    }
  }
}
