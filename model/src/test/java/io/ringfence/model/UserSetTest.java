package io.ringfence.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class UserSetTest {
  private static UserSet range(long first, long last) {
    return new UserSet(List.of(new UserSet.Range(first, last)));
  }

  @Test
  void equalSetsAreEqualRecords() {
    assertEquals(range(5, 7), UserSet.of(6, 5, 7));
    assertEquals(UserSet.ALL, UserSet.of(5).union(UserSet.of(5).complement()));
    assertEquals(UserSet.EMPTY, UserSet.ALL.complement());
    assertEquals(UserSet.of(5), range(5, 9).minus(range(6, 20)));
    assertEquals(range(6, 8), range(0, 8).intersect(range(6, UserSet.NOBODY)));
  }

  @Test
  void nobodyIsNoUser() {
    assertTrue(UserSet.ALL.contains(OptionalLong.empty()));
    assertFalse(range(0, UserSet.USER_MAX).contains(OptionalLong.empty()));
    assertTrue(UserSet.of(5).complement().contains(OptionalLong.empty()));
  }

  @Test
  void theNumbersEndWhereLinuxEndsThem() {
    assertEquals(UserSet.USER_MAX, new HostUser("box", UserSet.USER_MAX).user());
    assertThrows(IllegalArgumentException.class, () -> new HostUser("box", UserSet.USER_MAX + 1));
    assertThrows(IllegalArgumentException.class, () -> new HostUser("box", -1));
    assertThrows(IllegalArgumentException.class, () -> UserSet.of(UserSet.NOBODY + 1));
  }
}
