package io.ringfence.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.model.Address;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

class DnsMindTest {
  private static final Listener.Resolver RESOLVER =
      new Listener.Resolver(
          "rft-1",
          "10.0.0.53",
          53,
          Map.of("s3.example.com", List.of("203.0.113.129", "2001:db8:5e::1")),
          30,
          new Listener.Target("192.0.2.53", 53));

  private final List<byte[]> sent = new ArrayList<>();
  private final List<byte[]> replies = new ArrayList<>();

  private DnsMind.Resolving resolving() {
    return new DnsMind.Resolving(RESOLVER, sent::add);
  }

  private void ask(DnsMind mind, byte[] question) throws IOException {
    mind.answer(new Message(question), replies::add);
  }

  @Test
  void answersTheBlueprintsNamesByFamily() throws IOException {
    ask(resolving(), DnsQuestion.addresses("S3.Example.com", false));
    ask(resolving(), DnsQuestion.addresses("s3.example.com", true));
    assertEquals(List.of(Address.parse("203.0.113.129")), DnsQuestion.read(replies.get(0)));
    assertEquals(List.of(Address.parse("2001:db8:5e::1")), DnsQuestion.read(replies.get(1)));
    assertTrue(sent.isEmpty(), "nobody else was asked");
  }

  @Test
  void asksTheAuthorityAboutOthersAndPassesItsAnswerOn() throws IOException {
    DnsMind.Resolving mind = resolving();
    byte[] question = DnsQuestion.text("secret.leak.example");
    ask(mind, question);
    assertEquals("secret.leak.example", DnsQuestion.name(sent.getFirst()));
    mind.heard(sent.getFirst());
    assertEquals(
        new Message(question).getHeader().getID(),
        new Message(replies.getFirst()).getHeader().getID());
  }

  @Test
  void anAnswerThatNobodyWaitsForIsDropped() {
    DnsMind.Resolving mind = resolving();
    mind.heard(new byte[] {1});
    mind.heard(new byte[] {1, 2, 3, 4});
    assertTrue(replies.isEmpty());
  }

  @Test
  void saysSoWhenItMayAskNobody() throws IOException {
    DnsMind.Resolving mind =
        new DnsMind.Resolving(
            RESOLVER,
            q -> {
              throw new IOException("Operation not permitted");
            });
    ask(mind, DnsQuestion.text("other.example"));
    assertEquals(Rcode.SERVFAIL, new Message(replies.getFirst()).getHeader().getRcode());
  }

  @Test
  void forgetsTheEldestQuestionPastTheLimit() throws IOException {
    DnsMind.Resolving mind = resolving();
    for (int i = 0; i < 3 * DnsMind.Resolving.WAITING_MAX; i++) {
      ask(mind, DnsQuestion.text("n" + i + ".example"));
    }
    sent.forEach(mind::heard);
    assertTrue(replies.size() <= DnsMind.Resolving.WAITING_MAX, "" + replies.size());
    assertTrue(replies.size() > DnsMind.Resolving.WAITING_MAX / 2, "" + replies.size());
  }

  @Test
  void theAuthorityWritesDownWhatItIsAsked(@TempDir Path folder) throws IOException {
    DnsMind authority = new DnsMind.Authoritative(new AskedLog(folder));
    ask(authority, DnsQuestion.text("Secret.leak.example"));
    ask(authority, DnsQuestion.addresses("other.example", false));
    assertEquals(List.of("secret.leak.example", "other.example"), AskedLog.read(folder));
  }

  @Test
  void theLogEnds(@TempDir Path folder) throws IOException {
    AskedLog log = new AskedLog(folder, 2);
    for (String name : List.of("a", "b", "c")) {
      log.add(name);
    }
    assertEquals(List.of("a", "b"), AskedLog.read(folder));
  }
}
