package io.ringfence.targets.nftables.read;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of flows whose addresses are translated. */
class TranslationsTest {
  private static String words(JsonNode listing) {
    return Translations.of(listing).stream()
        .map(
            m ->
                m.before().map(Object::toString).orElse("nothing")
                    + m.after().map(a -> " => " + a).orElse("")
                    + " "
                    + m.forwarded()
                    + " "
                    + m.delivered())
        .collect(Collectors.joining("; "));
  }

  private static JsonNode listing(String translation, String filter) throws IOException {
    String json =
        "{'nftables':[{'table':{'family':'ip','name':'t'}},{'chain':{'family':'ip','table':'t',"
            + "'name':'n','hook':'prerouting','type':'nat','prio':-100,'policy':'accept'}},"
            + "{'chain':{'family':'ip','table':'t','name':'f','hook':'forward','type':'filter',"
            + "'prio':0,'policy':'drop'}},{'rule':{'family':'ip','table':'t','chain':'n','expr':["
            + "{'match':{'op':'==','left':{'payload':{'protocol':'tcp','field':'dport'}},"
            + "'right':8080}},"
            + translation
            + "]}},{'rule':{'family':'ip','table':'t','chain':'f','expr':["
            + filter
            + "{'accept':null}]}}]}";
    return new ObjectMapper().readTree(json.replace('\'', '"'));
  }

  private static final String TO_80 =
      "{'match':{'op':'==','left':{'payload':{'protocol':'tcp','field':'dport'}},'right':80}},";
  private static final String TO_GUEST =
      "{'match':{'op':'==','left':{'payload':{'protocol':'ip','field':'daddr'}},"
          + "'right':'172.17.0.2'}},";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'dnat':{'addr':'172.17.0.2','port':80}} | 172.17.0.2 80/tcp PASSES PASSES",
        "{'dnat':{'addr':'172.17.0.3','port':80}} | 172.17.0.3 80/tcp DROPPED PASSES",
        "{'dnat':{'addr':'172.17.0.2'}} | 172.17.0.2 8080/tcp DROPPED PASSES",
        "{'dnat':{'addr':{'range':['172.17.0.2','172.17.0.3']},'port':80}} |"
            + " 172.17.0.2 80/tcp IN_PART PASSES",
        "{'dnat':{'addr':'172.17.0.2','port':{'range':[80,81]}}} |"
            + " 172.17.0.2 80/tcp IN_PART PASSES",
        "{'redirect':{'port':80}} | 198.51.100.1 80/tcp NONE PASSES",
      })
  void destinationsMove(String translation, String expected) throws IOException {
    assertEquals(
        "192.0.2.1 -> 198.51.100.1 8080/tcp => 192.0.2.1 -> " + expected,
        words(listing(translation, TO_GUEST + TO_80)));
  }

  @Test
  void sourcesAreTranslatedBehindEveryFilter() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/imported/guests.json")) {
      String words = words(new ObjectMapper().readTree(in));
      assertEquals(
          "192.168.122.0 -> 192.0.2.1 1/tcp NONE NONE",
          words.substring(0, words.indexOf(';')).replace("198.51.100.1", "192.0.2.1"));
    }
  }
}
