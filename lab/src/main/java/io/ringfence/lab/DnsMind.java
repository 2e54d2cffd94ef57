package io.ringfence.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** What a DNS server knows; the reply may come later. */
sealed interface DnsMind {
  void answer(Message question, Consumer<byte[]> reply) throws IOException;

  static Message replyTo(Message question, int rcode) {
    Message reply = new Message(question.getHeader().getID());
    reply.getHeader().setFlag(Flags.QR);
    reply.getHeader().setFlag(Flags.RA);
    if (question.getHeader().getFlag(Flags.RD)) {
      reply.getHeader().setFlag(Flags.RD);
    }
    reply.getHeader().setRcode(rcode);
    reply.addRecord(question.getQuestion(), Section.QUESTION);
    return reply;
  }

  /** A question's name as a blueprint writes it. */
  private static String asked(Message question) {
    return question.getQuestion().getName().toString(true).toLowerCase(Locale.ROOT);
  }

  /** Knows the blueprint's names, and asks the authority about all others. */
  final class Resolving implements DnsMind {
    /** Questions put to the authority that wait for its answer; past it the eldest is forgotten. */
    static final int WAITING_MAX = 1024;

    /** Sends a question to the authority. */
    interface Upstream {
      void send(byte[] question) throws IOException;
    }

    private record Waiting(int id, Consumer<byte[]> reply) {}

    private final Map<String, List<String>> names;
    private final int ttl;
    private final Upstream upstream;
    private final Map<Integer, Waiting> waiting =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Integer, Waiting> eldest) {
            return size() > WAITING_MAX;
          }
        };

    Resolving(Listener.Resolver listener, Upstream upstream) {
      this.names = listener.names();
      this.ttl = listener.ttlSeconds();
      this.upstream = upstream;
    }

    @Override
    public void answer(Message question, Consumer<byte[]> reply) throws IOException {
      List<String> addresses = names.get(asked(question));
      if (addresses == null) {
        recurse(question, reply);
        return;
      }
      Message answer = replyTo(question, Rcode.NOERROR);
      for (String address : addresses) {
        Record record = record(question.getQuestion().getName(), InetAddress.ofLiteral(address));
        if (record.getType() == question.getQuestion().getType()) {
          answer.addRecord(record, Section.ANSWER);
        }
      }
      reply.accept(answer.toWire());
    }

    private Record record(Name name, InetAddress address) {
      return address.getAddress().length == 4
          ? new ARecord(name, DClass.IN, ttl, address)
          : new AAAARecord(name, DClass.IN, ttl, address);
    }

    private void recurse(Message question, Consumer<byte[]> reply) {
      int id = ThreadLocalRandom.current().nextInt(65536);
      waiting.put(id, new Waiting(question.getHeader().getID(), reply));
      byte[] onward = question.toWire();
      writeId(onward, id);
      try {
        upstream.send(onward);
      } catch (IOException e) {
        // The resolver's own artifact lets it ask nobody.
        waiting.remove(id);
        reply.accept(replyTo(question, Rcode.SERVFAIL).toWire());
      }
    }

    /** An answer of the authority. */
    void heard(byte[] answer) {
      if (answer.length < 2) {
        return;
      }
      Waiting who = waiting.remove(((answer[0] & 255) << 8) | (answer[1] & 255));
      if (who != null) {
        writeId(answer, who.id());
        who.reply().accept(answer);
      }
    }

    private static void writeId(byte[] message, int id) {
      message[0] = (byte) (id >> 8);
      message[1] = (byte) id;
    }
  }

  /**
   * Stands for a server that an intruder owns: what it is asked is what it learns. It answers TXT
   * questions, so that data may come back the same way, and knows no other name.
   */
  final class Authoritative implements DnsMind {
    private static final int TTL_SECONDS = 0;

    private final AskedLog log;

    Authoritative(AskedLog log) {
      this.log = log;
    }

    @Override
    public void answer(Message question, Consumer<byte[]> reply) throws IOException {
      log.add(asked(question));
      boolean text = question.getQuestion().getType() == Type.TXT;
      Message answer = replyTo(question, text ? Rcode.NOERROR : Rcode.NXDOMAIN);
      if (text) {
        Name name = question.getQuestion().getName();
        answer.addRecord(new TXTRecord(name, DClass.IN, TTL_SECONDS, "received"), Section.ANSWER);
      }
      reply.accept(answer.toWire());
    }
  }
}
