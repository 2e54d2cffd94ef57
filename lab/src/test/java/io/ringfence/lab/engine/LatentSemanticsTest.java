package io.ringfence.lab.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Questions lie near the texts that answer them. */
class LatentSemanticsTest {
  private static final SeedRows ROWS = SeedRows.get();

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          how do I get my money back,               refunds
          can I return these and be reimbursed,     refunds
          where is my parcel,                       shipping
          do you deliver abroad,                    shipping
          somebody stole my password,               security
          I got a phishing mail,                    security
          forget me and delete what you store,      privacy
          the amount on my invoice is wrong,        billing
          change my mail address in the settings,   account
          they broke and need a repair,             warranty
          is the service down,                      outages
          how many calls per minute may I make,     api
          secret contract with the supplier,        confidential
          """)
  void nearestTextsAreOnTopic(String question, String topic) {
    for (String tenant : SupportTexts.tenants()) {
      List<SeedRows.Row> nearest = nearest(tenant, question, 2);
      assertTrue(
          nearest.stream().allMatch(r -> r.text().topic().equals(topic)),
          () -> nearest.stream().map(r -> r.text().toString()).collect(Collectors.joining("\n")));
    }
  }

  /** `workshop` and `estimate` stand in no text together with `broken`, yet in kindred ones. */
  @Test
  void kindredWordsAreNearerThanStrangeOnes() {
    double kindred = cosine(ROWS.vector("workshop"), ROWS.vector("spare part"));
    double strange = cosine(ROWS.vector("workshop"), ROWS.vector("password"));
    assertTrue(kindred > 0.3 && strange < 0.1, () -> kindred + " " + strange);
  }

  @Test
  void tenantsHaveTwoHundredDistinctRowsEach() {
    for (String tenant : SupportTexts.tenants()) {
      List<SupportTexts.Text> texts = SupportTexts.of(tenant);
      assertEquals(200, texts.size());
      assertEquals(200, new HashSet<>(texts.stream().map(SupportTexts.Text::id).toList()).size());
      assertEquals(200, new HashSet<>(texts.stream().map(SupportTexts.Text::body).toList()).size());
    }
  }

  @Test
  void sameTextsGiveTheSameVectorsOfUnitLength() {
    float[] once = ROWS.vector("money back");
    List<String> texts = SupportTexts.all().stream().map(SupportTexts.Text::body).toList();
    var again = new LatentSemantics(texts, SeedRows.DIMENSIONS);
    assertArrayEquals(once, again.vector("money back"));
    assertEquals(SeedRows.DIMENSIONS, once.length);
    assertEquals(1, cosine(once, once), 1e-6);
  }

  @Test
  void questionWithoutAKnownWordIsRefused() {
    var refusal =
        assertThrows(IllegalArgumentException.class, () -> ROWS.vector("zyzzyva of the xylem"));
    assertTrue(refusal.getMessage().contains("`zyzzyva of the xylem`"), refusal.getMessage());
  }

  private static List<SeedRows.Row> nearest(String owner, String question, int count) {
    float[] vector = ROWS.vector(question);
    return ROWS.of(owner).stream()
        .sorted(Comparator.comparingDouble(r -> -cosine(vector, r.vector())))
        .limit(count)
        .toList();
  }

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
