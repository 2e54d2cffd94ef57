package io.ringfence.cli;

import io.ringfence.gateway.identity.ApiKeyStore;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Gateway;
import io.ringfence.model.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where the API keys of a blueprint's gateway are. */
final class GatewayKeys {
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

  /** The blueprint's gateway, and its file. */
  record Found(Blueprint blueprint, Gateway gateway, ApiKeyStore store) {}

  Found find(Shell shell) throws IOException {
    Blueprint blueprint = new BlueprintSource(shell).load(files).blueprint();
    Gateway gateway = gateway(blueprint.gateways());
    Secret place =
        gateway
            .apiKeys()
            .orElseThrow(
                () ->
                    new Failure(
                        "gateway `"
                            + gateway.name()
                            + "` takes no API keys; add `api-keys: { file: keys/api-keys.yaml }`"
                            + " at "
                            + gateway.at()));
    return switch (place) {
      case Secret.OfFile file -> {
        Path folder = new WatchedBlueprint(shell, files).folder();
        yield new Found(blueprint, gateway, new ApiKeyStore(folder.resolve(file.path())));
      }
      case Secret.OfEnvironment variable ->
          throw new Failure(
              "the API keys are in the environment, as `"
                  + variable.variable()
                  + "`, where this command cannot change them; name a file in `api-keys`");
    };
  }

  private Gateway gateway(Map<String, Gateway> gateways) {
    if (name == null && gateways.size() != 1) {
      throw new Failure(
          gateways.isEmpty()
              ? "the blueprint has no gateway"
              : "the blueprint has several gateways; choose with --name: "
                  + String.join(", ", gateways.keySet()));
    }
    Gateway found = name == null ? gateways.values().iterator().next() : gateways.get(name);
    if (found == null) {
      throw new Failure(
          "there is no gateway `%s`; there are: %s"
              .formatted(name, String.join(", ", gateways.keySet())));
    }
    return found;
  }
}
