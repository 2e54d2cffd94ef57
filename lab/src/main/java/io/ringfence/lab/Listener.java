package io.ringfence.lab;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;

/** Something that answers in a lab; addresses are text, since it is written to the state file. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Listener.Greeter.class, name = "greeter"),
  @JsonSubTypes.Type(value = Listener.Echo.class, name = "echo"),
  @JsonSubTypes.Type(value = Listener.Resolver.class, name = "resolver"),
  @JsonSubTypes.Type(value = Listener.Authority.class, name = "authority")
})
sealed interface Listener {
  String namespace();

  String address();

  int port();

  /** TCP: greets with a line that says who it is, then sends back what it is sent. */
  record Greeter(String namespace, String address, int port, String title) implements Listener {}

  /** UDP: sends back what it is sent. */
  record Echo(String namespace, String address, int port) implements Listener {}

  record Target(String address, int port) {}

  /**
   * UDP and TCP: answers names of the blueprint itself, asks the authority about all others.
   *
   * @param authority where it asks, from its own address
   */
  record Resolver(
      String namespace,
      String address,
      int port,
      Map<String, List<String>> names,
      int ttlSeconds,
      Target authority)
      implements Listener {}

  /** UDP and TCP, in {@code internet}: knows no name, and writes down what it was asked. */
  record Authority(String namespace, String address, int port) implements Listener {}
}
