package io.ringfence.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.lab.LabGuard.Inside;
import io.ringfence.model.Address;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** INVARIANT (never outside). */
class LabGuardTest {
  private final LabPlan plan = LabPlan.of(ThreeTiers.blueprint(), new LabOptions("guard"));
  private final LabGuard guard = new LabGuard(plan);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "::1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "ff02::1",
        "fe80::1",
        "8.8.8.8",
        "192.168.1.1",
        "172.17.0.1",
        "169.254.1.1",
        "10.30.0.1",
        "10.30.0.9",
        "10.30.0.11",
        "10.30.0.255",
        "10.30.2.12",
        "2001:4860:4860::8888",
        "fd00:30::b"
      })
  void refusesWhatIsOutside(String outside) {
    LabUnavailable refusal =
        assertThrows(LabUnavailable.class, () -> guard.admit(Address.parse(outside)));
    assertTrue(refusal.getMessage().contains(outside), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("outside lab `guard`"), refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.30.0.10", "10.30.2.11", "fd00:30:1::a", "169.254.169.254"})
  void admitsWhatIsInside(String inside) {
    assertEquals(inside, guard.admit(Address.parse(inside)).toString());
  }

  @Test
  void onlyTheGuardMakesDestinations() {
    Constructor<?>[] constructors = Inside.class.getDeclaredConstructors();
    assertTrue(Arrays.stream(constructors).allMatch(c -> Modifier.isPrivate(c.getModifiers())));
    assertTrue(Modifier.isFinal(Inside.class.getModifiers()));
  }

  /** What sends takes a destination that the guard has let pass, and no other. */
  @Test
  void whatSendsTakesNothingElse() {
    assertEquals(Inside.class, Call.class.getRecordComponents()[1].getType());
    assertEquals(Inside.class, Shot.class.getRecordComponents()[2].getType());
    List<Class<?>> destinations =
        Stream.of(RawSocket.class.getDeclaredMethods())
            .filter(m -> m.getName().equals("send") && !Modifier.isPrivate(m.getModifiers()))
            .<Class<?>>map(m -> m.getParameterTypes()[1])
            .toList();
    assertEquals(List.of(Inside.class, Inside.class), destinations);
  }

  @Test
  void namespacesOfOthersAreRefused() {
    try (Namespaces namespaces = new Namespaces("rfguard-")) {
      assertThrows(IllegalArgumentException.class, () -> namespaces.enter("rfother-1"));
      assertThrows(IllegalArgumentException.class, () -> namespaces.enter("default"));
    }
  }
}
