package io.ringfence.lab;

import io.ringfence.model.Address;
import io.ringfence.model.Protocol;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.stream.Collectors;

/**
 * What a breach came to, in the order in which it went; comparable before and after enforcement.
 *
 * @param start the workload that was broken into first
 * @param reached every port of a workload that answered, with the first way there
 * @param leaks every way that data left by
 * @param forgeries what became of packets with forged sources
 * @param attempts how many packets and connections were tried
 * @param complete false when the time ran out
 */
public record AttackReport(
    String start,
    List<Reached> reached,
    List<Leak> leaks,
    List<Forgery> forgeries,
    int attempts,
    boolean complete,
    Duration took) {
  public AttackReport {
    reached = List.copyOf(reached);
    leaks = List.copyOf(leaks);
    forgeries = List.copyOf(forgeries);
  }

  /** One hop of a way: from which workload to which port of which other. */
  public record Hop(String from, String to, Address address, Protocol protocol, int port) {
    public String text() {
      return from + " -> " + to + " (" + address + " " + port + "/" + protocol + ")";
    }
  }

  /**
   * A port that answered.
   *
   * @param path from the start to it, the last hop being the one that reached it
   * @param behind whose service a gateway stands before that answered, which is not taken
   * @param banner what it said of itself first
   */
  public record Reached(List<Hop> path, Optional<String> behind, String banner) {
    public Reached {
      path = List.copyOf(path);
    }

    /** True when a gateway's place answered, which is passed through and not taken. */
    public boolean gateway() {
      return behind.isPresent();
    }

    public Hop last() {
      return path.getLast();
    }

    public String text() {
      String way = path.stream().map(Hop::to).collect(Collectors.joining(" -> "));
      return path.getFirst().from()
          + " -> "
          + way
          + " "
          + last().port()
          + "/"
          + last().protocol()
          + behind.map(b -> " (the gateway before `" + b + "`)").orElse("");
    }
  }

  /** How data can leave. */
  public enum Channel {
    TCP("a TCP connection"),
    UDP("a datagram"),
    ICMP("an echo request"),
    DNS("a question to an outside DNS server"),
    RESOLVER("a question to a resolver, passed on outside");

    private final String text;

    Channel(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /**
   * Data that left.
   *
   * @param from the workload it left from
   * @param to where it arrived: an address of {@code internet}, or the resolver that passed it on
   */
  public record Leak(String from, Channel channel, Address to, int port) {
    public String text() {
      return from
          + " -> "
          + to
          + (channel == Channel.ICMP ? "" : " port " + port)
          + ", "
          + channel.text();
    }
  }

  /** Who could tell that a source is forged. */
  public enum Disguise {
    /** The sender's own filter. */
    THROUGH_OWN_FILTER("through its own filter"),
    /** The router of its segment: the sender went past its own filter, as root can. */
    PAST_OWN_FILTER("past its own filter, to another segment in a third one's name"),
    /** Only the port of a switch: no router is passed, or the name is a neighbour's. */
    ON_LINK("past its own filter, within its segment or in a neighbour's name");

    private final String text;

    Disguise(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /**
   * Packets with forged sources.
   *
   * @param from the workload that sent them
   * @param examples some that arrived
   */
  public record Forgery(
      String from, Disguise disguise, int sent, int arrived, List<String> examples) {
    public Forgery {
      examples = List.copyOf(examples);
    }

    public String text() {
      return "%s, %s: %d of %d arrived".formatted(from, disguise.text(), arrived, sent);
    }
  }

  /** The workloads that fell, without the start, in the order in which they did. */
  public SequencedSet<String> compromised() {
    return reached.stream()
        .filter(r -> r.behind().isEmpty())
        .map(r -> r.last().to())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The workloads whose services answered through a gateway's place. */
  public SequencedSet<String> throughGateways() {
    return reached.stream()
        .flatMap(r -> r.behind().stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
