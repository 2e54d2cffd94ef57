package io.ringfence.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortSetMinusTest {
  @ParameterizedTest
  @CsvSource({
    "1-10/tcp, 5/tcp, '1-4/tcp, 6-10/tcp'",
    "1-10/tcp, 1/tcp, 2-10/tcp",
    "1-10/tcp, 10/tcp, 1-9/tcp",
    "1-10/tcp, 1-10/tcp, ''",
    "5/tcp, 1-10/tcp, ''",
    "1-10/tcp, 1-10/udp, 1-10/tcp",
    "sctp, 1-65535/sctp, 0/sctp",
    "icmp, icmp/echo-request, 'icmp/type-0-7, icmp/type-9-255, icmpv6/type-0-127,"
        + " icmpv6/type-129-255'",
  })
  void portsWithoutPorts(String text, String without, String left) {
    assertEquals(left, PortSet.parse(text).minus(PortSet.parse(without)).toString());
  }

  @Test
  void whatIsLeftIsInOneAndNotInTheOther() {
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      PortSet a = set(random);
      PortSet b = set(random);
      PortSet left = a.minus(b);
      for (Protocol protocol : List.of(Protocol.TCP, Protocol.UDP)) {
        for (int port = 0; port < 20; port++) {
          boolean expected = a.contains(protocol, port) && !b.contains(protocol, port);
          assertEquals(expected, left.contains(protocol, port));
        }
      }
    }
  }

  private static PortSet set(Random random) {
    List<PortRange> ranges = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      int first = random.nextInt(20);
      Protocol protocol = random.nextBoolean() ? Protocol.TCP : Protocol.UDP;
      ranges.add(new PortRange(protocol, first, first + random.nextInt(20 - first)));
    }
    return new PortSet(ranges);
  }
}
