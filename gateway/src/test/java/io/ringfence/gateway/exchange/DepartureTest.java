package io.ringfence.gateway.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DepartureTest {
  private final List<String> recorded = new ArrayList<>();
  private final Departure departure = new Departure();
  private final AuditTrail.Entry entry =
      new AuditTrail.Entry() {
        @Override
        public void completed(Optional<Refusal> refusal, Extent extent) {
          recorded.add(refusal.isEmpty() ? "answered" : "refused");
        }

        @Override
        public void cutOff(Extent extent) {
          recorded.add("cut off");
        }
      };

  private void answered(Departure on) {
    on.answered(entry, Optional.empty(), Extent.UNKNOWN);
  }

  @Test
  void endIsRecordedOnceTheLastByteHasLeft() {
    answered(departure);
    assertEquals(List.of(), recorded);
    departure.left(true);
    departure.left(false);
    assertEquals(List.of("answered"), recorded);
  }

  @Test
  void whatNobodyGotIsCutOff() {
    answered(departure);
    departure.left(false);
    assertEquals(List.of("cut off"), recorded);
  }

  @Test
  void clientThatIsGoneBeforeTheAnswerIsThereGetsNone() {
    departure.left(false);
    assertEquals(List.of(), recorded);
    answered(departure);
    assertEquals(List.of("cut off"), recorded);
  }

  /** What the wire refused in time, while the database had yet to be late. */
  @Test
  void refusalIsRecordedAsSuchAlsoWhereNobodyGotIt() {
    departure.left(false);
    Refusal late = new Refusal(Refusal.Kind.TIMED_OUT, "late");
    departure.answered(entry, Optional.of(late), Extent.UNKNOWN);
    assertEquals(List.of("refused"), recorded);
  }

  @Test
  void whereNobodyTellsItIsRecordedAtOnce() {
    answered(Departure.AT_ONCE);
    Departure.AT_ONCE.left(false);
    answered(Departure.AT_ONCE);
    assertEquals(List.of("answered", "answered"), recorded);
  }
}
