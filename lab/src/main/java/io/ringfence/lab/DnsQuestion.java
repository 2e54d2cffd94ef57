package io.ringfence.lab;

import io.ringfence.model.Address;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** Writes questions to DNS servers and reads their answers. */
final class DnsQuestion {
  /** Who the server is: it answers that itself, whatever it may ask others. */
  static final byte[] VERSION = question("version.bind", Type.TXT, DClass.CH);

  private DnsQuestion() {}

  static byte[] addresses(String name, boolean ipv6) {
    return question(name, ipv6 ? Type.AAAA : Type.A, DClass.IN);
  }

  static byte[] text(String name) {
    return question(name, Type.TXT, DClass.IN);
  }

  private static byte[] question(String name, int type, int dclass) {
    try {
      Record question = Record.newRecord(Name.fromString(name, Name.root), type, dclass);
      return Message.newQuery(question).toWire();
    } catch (TextParseException e) {
      throw new IllegalArgumentException("`" + name + "` is no domain name", e);
    }
  }

  /** The name that a question asks for. */
  static String name(byte[] question) {
    try {
      return new Message(question).getQuestion().getName().toString(true).toLowerCase(Locale.ROOT);
    } catch (IOException e) {
      throw new IllegalArgumentException("no question", e);
    }
  }

  /** The addresses in an answer; none when it is no answer. */
  static List<Address> read(byte[] answer) {
    try {
      return new Message(answer)
          .getSection(Section.ANSWER).stream()
              .filter(r -> r instanceof ARecord || r instanceof AAAARecord)
              .map(r -> Address.of(r.rdataToWireCanonical()))
              .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
