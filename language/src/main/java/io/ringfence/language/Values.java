package io.ringfence.language;

import io.ringfence.language.YamlNode.Scalar;
import io.ringfence.model.Address;
import io.ringfence.model.Gateway;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.Secret;
import io.ringfence.model.Words;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Scalars as values; what its pattern lets pass and is impossible all the same is reported. */
final class Values {
  private final Problems problems;

  Values(Problems problems) {
    this.problems = problems;
  }

  private <T> Optional<T> parse(Scalar scalar, Function<String, T> parser) {
    try {
      return Optional.of(parser.apply(scalar.text()));
    } catch (IllegalArgumentException e) {
      problems.error(scalar.at(), e.getMessage());
      return Optional.empty();
    }
  }

  Optional<Address> address(Scalar scalar) {
    return parse(scalar, Address::parse);
  }

  Optional<Prefix> prefix(Scalar scalar) {
    return parse(scalar, Prefix::parse);
  }

  /** The union of all; empty when there is none or one of them is impossible. */
  Optional<PortSet> ports(List<Scalar> scalars) {
    List<PortSet> out = new ArrayList<>();
    scalars.forEach(s -> parse(s, PortSet::parse).ifPresent(out::add));
    return out.isEmpty() || out.size() < scalars.size()
        ? Optional.empty()
        : Optional.of(PortSet.union(out));
  }

  Optional<String> spiffe(Scalar scalar) {
    return parse(scalar, Values::spiffe);
  }

  private static String spiffe(String id) {
    boolean dots = Arrays.stream(id.split("/")).anyMatch(s -> s.equals(".") || s.equals(".."));
    if (dots || id.length() > 2048) {
      throw new IllegalArgumentException(
          Said.quote(id) + " is no SPIFFE ID: no segment of its path is `.` or `..`");
    }
    return id;
  }

  Optional<String> fqdn(Scalar scalar) {
    return parse(scalar, Values::fqdn);
  }

  /** Lower case, as DNS compares names. */
  static String fqdn(String name) {
    if (name.length() > 253) {
      throw new IllegalArgumentException(Said.quote(name) + " has more than 253 characters");
    }
    return name.toLowerCase(java.util.Locale.ROOT);
  }

  /** A duration whose pattern holds. */
  static Duration duration(String text) {
    int digits = digits(text);
    long count = Long.parseLong(text.substring(0, digits));
    return switch (text.substring(digits)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      case "d" -> Duration.ofDays(count);
      default -> throw new IllegalArgumentException(text);
    };
  }

  /** A size whose pattern holds, in bytes. */
  static long size(String text) {
    int digits = digits(text);
    long count = Long.parseLong(text.substring(0, digits));
    return switch (text.substring(digits)) {
      case "B" -> count;
      case "KiB" -> count << 10;
      case "MiB" -> count << 20;
      case "GiB" -> count << 30;
      default -> throw new IllegalArgumentException(text);
    };
  }

  /** A percentage whose pattern holds, in thousandths. */
  static int permille(String text) {
    return new java.math.BigDecimal(text.substring(0, text.length() - 1))
        .movePointRight(1)
        .intValueExact();
  }

  /** A point in time; what is on no calendar is reported. */
  Optional<Instant> time(Scalar scalar) {
    return parse(scalar, Values::time);
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(Said.quote(text) + " is on no calendar", e);
    }
  }

  /** A rate whose pattern holds. */
  static Gateway.Rate rate(String text) {
    int slash = text.indexOf('/');
    int space = text.indexOf(' ');
    String scope = text.substring(space + " per ".length());
    return new Gateway.Rate(
        Integer.parseInt(text.substring(0, slash)),
        duration("1" + text.substring(slash + 1, space)),
        word(Gateway.Rate.Scope.values(), scope));
  }

  Optional<Gateway.SocketBinding> socket(Scalar scalar) {
    return parse(scalar, Values::socket);
  }

  private static Gateway.SocketBinding socket(String text) {
    int colon = text.lastIndexOf(':');
    String address = text.substring(0, colon).replace("[", "").replace("]", "");
    int port = Integer.parseInt(text.substring(colon + 1));
    if (port < 1 || port > PortRange.PORT_MAX) {
      throw new IllegalArgumentException(
          Said.quote(text) + " has an impossible port; ports are 1-65535");
    }
    return new Gateway.SocketBinding(Address.parse(address), port);
  }

  private static int digits(String text) {
    int i = 0;
    while (Character.isDigit(text.charAt(i))) {
      i++;
    }
    return i;
  }

  static Secret secret(Fields fields) {
    return fields
        .text("file")
        .map(f -> (Secret) new Secret.OfFile(f))
        .orElseGet(() -> new Secret.OfEnvironment(fields.text("env").orElseThrow()));
  }

  /** The constant of a word that its shape let pass. */
  static <E extends Enum<E> & Words> E word(E[] values, String text) {
    return Arrays.stream(values).filter(v -> v.text().equals(text)).findFirst().orElseThrow();
  }

  static int whole(Scalar scalar) {
    return ShapeCheck.number(scalar).orElseThrow().intValueExact();
  }
}
