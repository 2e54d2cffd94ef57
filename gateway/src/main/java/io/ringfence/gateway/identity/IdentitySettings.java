package io.ringfence.gateway.identity;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Function;
import javax.net.ssl.SSLSocketFactory;

/**
 * What a gateway's identity needs of the world.
 *
 * @param folder what relative paths are relative to
 * @param environment values of environment variables, null where there is none
 * @param destinations where keys may be fetched from
 * @param tls verifies the servers that keys are fetched from
 */
public record IdentitySettings(
    Path folder,
    Function<String, String> environment,
    Destinations destinations,
    SSLSocketFactory tls,
    InstantSource time) {
  /** Of this process: its environment, its clock, and the authorities that the JDK trusts. */
  public static IdentitySettings in(Path folder, Destinations destinations) {
    return new IdentitySettings(
        folder,
        System::getenv,
        destinations,
        (SSLSocketFactory) SSLSocketFactory.getDefault(),
        new SteadyTime());
  }
}
