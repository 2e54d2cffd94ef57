package io.ringfence.gateway.identity;

import io.ringfence.gateway.request.RefusedException;
import io.ringfence.model.Gateway;
import io.ringfence.model.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What identities are verified by, kept fresh in the background. */
final class IdentitySources implements AutoCloseable {
  private final IdentitySettings settings;
  private final List<Background> running = new ArrayList<>();
  private final List<LastKnown<?>> known = new ArrayList<>();
  private Optional<TokenVerifier> tokens = Optional.empty();
  private Optional<Supplier<Optional<ApiKeys>>> apiKeys = Optional.empty();
  private Devices devices = Devices.UNKNOWN;
  private Optional<FetchedKeys> fetched = Optional.empty();

  private IdentitySources(IdentitySettings settings) {
    this.settings = settings;
  }

  static IdentitySources open(Gateway gateway, IdentitySettings settings) throws SourceException {
    IdentitySources out = new IdentitySources(settings);
    try {
      out.openKeys(gateway);
      out.openDevices(gateway);
      out.openTokens(gateway);
      return out;
    } catch (SourceException e) {
      out.close();
      throw e;
    }
  }

  private void openKeys(Gateway gateway) throws SourceException {
    if (gateway.apiKeys().isEmpty()) {
      return;
    }
    switch (gateway.apiKeys().get()) {
      case Secret.OfFile file -> {
        WatchedFile<ApiKeys> watched =
            watch(file.path(), ApiKeyFile.BYTES_MAX, b -> new ApiKeys(ApiKeyFile.parse(b)));
        apiKeys = Optional.of(watched::value);
      }
      case Secret.OfEnvironment variable -> {
        String text = settings.environment().apply(variable.variable());
        if (text == null) {
          throw new SourceException(
              "the environment has no `" + variable.variable() + "`, which lists API keys");
        }
        Optional<ApiKeys> keys =
            Optional.of(new ApiKeys(ApiKeyFile.parse(text.getBytes(StandardCharsets.UTF_8))));
        apiKeys = Optional.of(() -> keys);
      }
    }
  }

  private void openDevices(Gateway gateway) throws SourceException {
    Optional<Gateway.Posture> posture = gateway.identity().posture();
    if (posture.flatMap(Gateway.Posture::file).isPresent()) {
      WatchedFile<DeviceFile> file =
          watch(posture.get().file().get(), DeviceFile.BYTES_MAX, DeviceFile::parse);
      devices = new Devices(file::value, posture.get().maxAge());
    }
  }

  private void openTokens(Gateway gateway) throws SourceException {
    if (gateway.identity().jwt().isEmpty()) {
      return;
    }
    Gateway.Jwt jwt = gateway.identity().jwt().get();
    Fetch fetch = new HttpsFetch(settings.destinations(), settings.tls());
    KeySource keys =
        switch (jwt.jwks()) {
          case Gateway.Jwks.OfFile file ->
              new FileKeys(watch(file.path(), KeySet.BYTES_MAX, KeySet::parse));
          case Gateway.Jwks.OfUrl url ->
              fetched(
                  jwt.issuer(),
                  () -> KeySet.parse(fetch.get(Discovery.uri(url.url()), KeySet.BYTES_MAX)));
          case Gateway.Jwks.Discovered d ->
              fetched(jwt.issuer(), new Discovery(jwt.issuer(), fetch));
        };
    tokens =
        Optional.of(
            new TokenVerifier(
                jwt.issuer(),
                jwt.audience(),
                gateway.identity().posture().flatMap(Gateway.Posture::claim),
                keys,
                settings.time()));
  }

  /** Reads the file once before anybody asks, so that a bad one is found at the start. */
  private <T> WatchedFile<T> watch(String path, int bytesMax, WatchedFile.Parser<T> parser)
      throws SourceException {
    WatchedFile<T> file =
        new WatchedFile<>(settings.folder().resolve(path), bytesMax, parser, settings.time());
    file.step();
    if (file.known().problem().isPresent()) {
      throw new SourceException(file.known().problem().get());
    }
    known.add(file.known());
    running.add(Background.start("watch " + path, file));
    return file;
  }

  private FetchedKeys fetched(String issuer, FetchedKeys.Loader loader) {
    FetchedKeys keys = new FetchedKeys(issuer, loader, settings.time());
    fetched = Optional.of(keys);
    Background fetching = Background.start("fetch the keys of " + issuer, keys);
    keys.wakenBy(fetching::wake);
    known.add(keys.known());
    running.add(fetching);
    return keys;
  }

  TokenVerifier tokens() throws RefusedException {
    return tokens.orElseThrow(
        () ->
            Unauthenticated.because("what is shown is no API key, and tokens are not taken here"));
  }

  ApiKeys apiKeys() throws RefusedException {
    Supplier<Optional<ApiKeys>> keys =
        apiKeys.orElseThrow(() -> Unauthenticated.because("API keys are not taken here"));
    return keys.get()
        .orElseThrow(() -> Unauthenticated.unavailable("API keys cannot be verified now"));
  }

  Devices devices() {
    return devices;
  }

  List<String> problems() {
    return known.stream().flatMap(k -> k.problem().stream()).toList();
  }

  boolean awaitReady(Duration within) throws InterruptedException {
    return fetched.isEmpty() || fetched.get().awaitFirst(within);
  }

  @Override
  public void close() {
    running.forEach(Background::close);
  }
}
