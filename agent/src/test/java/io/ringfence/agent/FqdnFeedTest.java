package io.ringfence.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Which answers fill which sets. */
class FqdnFeedTest {
  private final FqdnFeed feed = new FqdnFeed(new TestingDesiredState(1));

  @Test
  void anAnswerFillsForAsLongAsItSays() throws Exception {
    assertEquals(
        List.of("fqdn4 192.0.2.1 60"),
        told(answer("s3.example", a("s3.example", 60, "192.0.2.1"))));
    assertEquals(
        List.of("fqdn4 192.0.2.1 60"),
        told(answer("S3.Example", a("s3.example", 60, "192.0.2.1"))));
  }

  @Test
  void anAliasIsFollowedAndTheShortestTtlHolds() throws Exception {
    Record alias = new CNAMERecord(name("s3.example"), DClass.IN, 20, name("edge.example"));
    assertEquals(
        List.of("fqdn4 192.0.2.1 20"),
        told(answer("s3.example", alias, a("edge.example", 60, "192.0.2.1"))));
  }

  @Test
  void ttlsHaveBounds() throws Exception {
    assertEquals(
        List.of("fqdn4 192.0.2.1 " + FqdnFeed.TTL_MIN_SECONDS),
        told(answer("s3.example", a("s3.example", 0, "192.0.2.1"))));
    assertEquals(
        List.of("fqdn4 192.0.2.1 " + FqdnFeed.TTL_MAX_SECONDS),
        told(answer("s3.example", a("s3.example", 2_000_000_000, "192.0.2.1"))));
  }

  @Test
  void whatDoesNotAnswerANameOfOursAddsNothing() throws Exception {
    assertEquals(List.of(), told(answer("evil.example", a("evil.example", 60, "192.0.2.1"))));
    assertEquals(
        List.of(),
        told(answer("s3.example", a("evil.example", 60, "192.0.2.1"))),
        "a record for another name than was asked");
    assertEquals(
        List.of(),
        told(answer("s3.example", a("s3.example", 60, "10.0.0.1"))),
        "an address inside: rebinding");
    Message question = answer("s3.example", a("s3.example", 60, "192.0.2.1"));
    question.getHeader().unsetFlag(Flags.QR);
    assertEquals(List.of(), told(question), "a question");
  }

  @Test
  void anAnswerWithTooManyAddressesIsCut() throws Exception {
    Record[] records = new Record[FqdnFeed.ADDRESSES_MAX + 1];
    for (int i = 0; i < records.length; i++) {
      records[i] = a("s3.example", 60, "192.0.2." + (i + 1));
    }
    assertEquals(FqdnFeed.ADDRESSES_MAX, told(answer("s3.example", records)).size());
  }

  private List<String> told(Message answer) {
    return feed.entries(answer).stream()
        .map(e -> e.set() + " " + e.address() + " " + e.ttlSeconds())
        .toList();
  }

  private static Message answer(String asked, Record... records) throws Exception {
    Message message = Message.newQuery(Record.newRecord(name(asked), Type.A, DClass.IN));
    message.getHeader().setFlag(Flags.QR);
    for (Record record : records) {
      message.addRecord(record, Section.ANSWER);
    }
    return message;
  }

  private static Record a(String name, long ttl, String address) throws Exception {
    return new ARecord(name(name), DClass.IN, ttl, InetAddress.ofLiteral(address));
  }

  private static Name name(String text) throws Exception {
    return Name.fromString(text + ".");
  }
}
