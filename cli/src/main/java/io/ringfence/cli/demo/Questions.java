package io.ringfence.cli.demo;

import io.ringfence.agent.kernel.NetworkNamespace;
import io.ringfence.cli.report.DemoReport;
import io.ringfence.lab.Lab;
import io.ringfence.lab.engine.Answer;
import io.ringfence.lab.engine.EngineRefusal;
import io.ringfence.lab.engine.NamespaceRunner;
import io.ringfence.lab.engine.RealEngine;
import io.ringfence.lab.pki.Login;
import io.ringfence.model.Address;
import io.ringfence.model.Directory;
import io.ringfence.model.Separation;
import io.ringfence.model.Tenant;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.projection.Permit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The questions put to the real database: those that rules permit, and those that none does. */
final class Questions {
  private static final String TEXT = "how do I get my money back";

  private final Lab lab;
  private final RealEngine engine;
  private final NetworkProjection projection;
  private final Directory directory;
  private final List<Question> all;

  Questions(
      Lab lab,
      RealEngine engine,
      NetworkProjection projection,
      Address database,
      LabGateway gateway) {
    this.lab = lab;
    this.engine = engine;
    this.projection = projection;
    this.directory = projection.directory();
    List<Question> out = new ArrayList<>();
    for (Member member :
        List.of(
            new Member("rag-api", "acme", "search", "globex"),
            new Member("globex-api", "globex", "lookup", "acme"))) {
      entry(member.rule()).ifPresent(way -> out.addAll(throughGateway(member, way, gateway)));
    }
    Address api = addressOf("rag-api", database);
    Way direct = new Way(api, database);
    out.add(asked("rag-api, past the gateway", direct, "acme", false));
    out.add(peeked("web, directly", new Way(addressOf("web", database), database)));
    lab.internet().stream()
        .filter(a -> a.family() == database.family())
        .findFirst()
        .ifPresent(a -> out.add(peeked("the internet, directly", new Way(a, database))));
    this.all = List.copyOf(out);
  }

  /** Who asks for a tenant, by which rule, and whose texts are not its to see. */
  private record Member(String workload, String tenant, String rule, String other) {}

  private List<Question> throughGateway(Member member, Way way, LabGateway gateway) {
    String who = member.workload() + ", through the gateway";
    String own = clientName(member.tenant());
    String foreign = engine.collections().get(member.other());
    return List.of(
        through(who, way, gateway, member, own, member.tenant(), true),
        through(who, way, gateway, member, foreign, member.other(), false));
  }

  private Question through(
      String who,
      Way way,
      LabGateway gateway,
      Member member,
      String collection,
      String whose,
      boolean legitimate) {
    return new Question(
        who,
        "“" + TEXT + "” among " + whose + "'s texts",
        legitimate,
        true,
        () ->
            nearest(
                engine.ask(
                    runner(way.from()),
                    socket(way.to()),
                    login(gateway, member),
                    member.tenant(),
                    collection,
                    TEXT)));
  }

  private static Login login(LabGateway gateway, Member member) throws IOException {
    try {
      return gateway.login(member.workload(), member.tenant());
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** What a tenant calls its collection: without the prefix that it has on the server. */
  private String clientName(String tenant) {
    String name = engine.collections().get(tenant);
    Tenant owner = directory.blueprint().tenants().get(tenant);
    String prefix = owner.separation() == Separation.NAMES ? owner.prefix().orElse("") : "";
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }

  /** From which address to which; the port is the engine's. */
  private record Way(Address from, Address to) {}

  /** One question and how it is put. */
  private record Question(String who, String asked, boolean legitimate, boolean gateway, Ask ask) {}

  private interface Ask {
    String put() throws IOException;
  }

  /** The way that a rule's first permit to the gateway gives. */
  private Optional<Way> entry(String rule) {
    return projection.permits().stream()
        .filter(p -> p.rule().equals(rule) && p.leg() == Permit.Leg.TO_GATEWAY)
        .map(p -> new Way(first(p.from().ranges()), first(p.to().ranges())))
        .filter(w -> w.from().family() == w.to().family())
        .findFirst();
  }

  private static Address first(List<io.ringfence.model.AddressRange> ranges) {
    return ranges.getFirst().first();
  }

  private Address addressOf(String workload, Address peer) {
    return directory.blueprint().workloads().get(workload).addresses().stream()
        .filter(a -> a.family() == peer.family())
        .findFirst()
        .orElseThrow();
  }

  private Question asked(String who, Way way, String tenant, boolean legitimate) {
    return new Question(
        who,
        "“" + TEXT + "” among " + tenant + "'s texts",
        legitimate,
        false,
        () -> nearest(engine.query(runner(way.from()), socket(way.to()), tenant, TEXT)));
  }

  private Question peeked(String who, Way way) {
    return new Question(
        who,
        "whatever can be read without credentials",
        false,
        false,
        () -> read(engine.anonymous(runner(way.from()), socket(way.to()))));
  }

  private static String nearest(Answer answer) {
    return answer.rows().isEmpty()
        ? "no rows"
        : "“" + answer.rows().getFirst().text() + "” and " + (answer.rows().size() - 1) + " more";
  }

  private static String read(Answer answer) {
    return answer.rows().size() + " rows, “" + answer.rows().getFirst().text() + "” first";
  }

  private NamespaceRunner runner(Address from) {
    String placement = lab.placementAt(from).orElseThrow();
    NetworkNamespace namespace = lab.namespace(placement);
    return NamespaceRunner.of(lab.namespaceName(placement), namespace);
  }

  private InetSocketAddress socket(Address to) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(to.bytes()), engine.port());
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Puts all questions at once; what is dropped on the way is known only by waiting. */
  List<DemoReport.Answer> put() {
    List<Future<DemoReport.Answer>> waiting;
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      waiting = all.stream().map(q -> threads.submit(() -> put(q))).toList();
    }
    return waiting.stream().map(Future::resultNow).toList();
  }

  private static DemoReport.Answer put(Question question) {
    try {
      return new DemoReport.Answer(true, question.ask().put());
    } catch (EngineRefusal e) {
      if (question.gateway()) {
        String said = e.getMessage().replace("the database says", "the gateway says");
        return new DemoReport.Answer(false, "refused: " + said);
      }
      return new DemoReport.Answer(true, "reached, and refused: " + e.getMessage());
    } catch (IOException e) {
      return new DemoReport.Answer(false, "no connection");
    }
  }

  void tell(Story story, List<DemoReport.Answer> answers) {
    for (int i = 0; i < all.size(); i++) {
      Question question = all.get(i);
      DemoReport.Answer answer = answers.get(i);
      String said = question.who() + ", " + question.asked() + ": " + answer.text();
      if (question.legitimate() == answer.answered()) {
        story.good(said);
      } else {
        story.bad(said);
      }
    }
  }

  List<DemoReport.Query> queries(List<DemoReport.Answer> before, List<DemoReport.Answer> after) {
    List<DemoReport.Query> out = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Question question = all.get(i);
      out.add(
          new DemoReport.Query(
              question.who(),
              question.asked(),
              question.legitimate(),
              before.get(i),
              after.get(i)));
    }
    return out;
  }
}
