package io.ringfence.gateway.serve;

import static io.ringfence.gateway.serve.TestingNotes.LIST;
import static io.ringfence.gateway.serve.TestingNotes.PUT;
import static io.ringfence.gateway.serve.TestingNotes.TALK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.ringfence.gateway.exchange.Admission;
import io.ringfence.gateway.exchange.AuditTrail;
import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.exchange.Decision;
import io.ringfence.gateway.exchange.Gatekeeper;
import io.ringfence.gateway.identity.SteadyTime;
import io.ringfence.gateway.policy.Generation;
import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.session.LiveStreams;
import io.ringfence.gateway.session.SessionStore;
import io.ringfence.gateway.session.SessionTrail;
import io.ringfence.gateway.session.Sessions;
import io.ringfence.gateway.session.TestingPeople;
import io.ringfence.gateway.testing.TestingNames;
import io.ringfence.gateway.trace.Span;
import io.ringfence.gateway.trace.Tracer;
import io.ringfence.gateway.wire.Asker;
import io.ringfence.gateway.wire.Connections;
import io.ringfence.gateway.wire.GrpcUpstream;
import io.ringfence.gateway.wire.Listener;
import io.ringfence.gateway.wire.Reception;
import io.ringfence.gateway.wire.Transport;
import io.ringfence.gateway.wire.Upstream;
import io.ringfence.gateway.wire.WireLimits;
import io.ringfence.model.Address;
import io.ringfence.model.Principal;
import io.ringfence.model.SourceLocation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streaming calls of grpc-java's clients through a listener to a server of grpc-java's. */
class GrpcStreamingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration RECHECK = Duration.ofMillis(400);
  private static final int KIB = 1024;
  private static final int MESSAGE_MAX = 64 * KIB;

  /** What may wait on the way at most: the windows of two connections, and messages beside. */
  private static final int ON_THE_WAY_MAX = 4 << 20;

  private static final WireLimits LIMITS = WireLimits.DEFAULT.bodyBytesMax(MESSAGE_MAX);

  private final Transport transport = new Transport(2);
  private final Connections connections = new Connections(16);
  private final Sessions sessions =
      new Sessions(SessionStore.inMemory(), SessionTrail.NONE, new SteadyTime());
  private final ConcurrentLinkedQueue<String> records = new ConcurrentLinkedQueue<>();
  private final Set<String> denied = ConcurrentHashMap.newKeySet();
  private final AtomicInteger arrivals = new AtomicInteger();
  private final AtomicInteger places = new AtomicInteger();
  private final List<Span> spans = Collections.synchronizedList(new ArrayList<>());

  private volatile boolean known = true;
  private volatile boolean explains = true;
  private LiveStreams streams;
  private TestingNotes database;
  private Listener listener;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    sessions.turnTo(new Generation(1, "g"), TestingPeople.gateway(Duration.ofHours(1), RECHECK));
    streams = new LiveStreams(sessions);
    database = new TestingNotes();
    listen(LIMITS);
  }

  private void listen(WireLimits limits) throws IOException {
    NotesProtocol protocol = new NotesProtocol();
    GrpcUpstream upstream =
        new GrpcUpstream(transport, Upstream.of(database.socket(), Optional.empty(), Map::of));
    Tracing tracing =
        new Tracing(
            new Tracer(0, spans::addAll, InstantSource.system(), System::nanoTime), "g", "notes");
    Listener.Speech speech =
        new Listener.Speech.Grpc(
            new Answering<>(protocol, upstream, () -> reception, streams, tracing),
            Optional.of(
                new StreamAnswering(protocol, upstream, () -> reception, streams, tracing)));
    listener =
        Listener.open(
            transport,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            speech,
            Optional.empty(),
            limits,
            connections);
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", listener.socket().getPort())
            .usePlaintext()
            .build();
  }

  @AfterEach
  void end() {
    channel.shutdownNow();
    listener.close();
    connections.closeAll();
    database.close();
    streams.close();
    transport.close();
  }

  // --- Who decides, and what is recorded ---

  private final Reception reception =
      new Reception() {
        @Override
        public Caller caller(Asker asker) throws RefusedException {
          if (!known) {
            throw new RefusedException(Refusal.Kind.UNAUTHENTICATED, "who are you?");
          }
          return new Caller(
              Principal.ANONYMOUS,
              Address.parse("127.0.0.1"),
              new Scope(Optional.empty(), TestingNames.PLAIN),
              Map.of());
        }

        @Override
        public Gatekeeper gatekeeper() {
          return (caller, operation) ->
              operation.touches().stream().anyMatch(t -> denied.contains(t.collection().orElse("")))
                  ? Decision.DENIED
                  : Decision.permit("notes", new SourceLocation("notes.yaml", 1, 1));
        }

        @Override
        public AuditTrail trail() {
          return new Trail();
        }

        @Override
        public Admission admission() {
          return limits;
        }

        @Override
        public boolean explains() {
          return explains;
        }

        @Override
        public CompletionStage<Void> unknown(Asker asker, Refusal refusal) {
          records.add("unknown");
          return CompletableFuture.completedStage(null);
        }
      };

  /** Counts who comes and who leaves. */
  private final Admission limits =
      new Admission() {
        @Override
        public Runnable request(Caller caller) {
          arrivals.incrementAndGet();
          places.incrementAndGet();
          return places::decrementAndGet;
        }

        @Override
        public Duration time() {
          return PATIENCE;
        }

        @Override
        public void operation(Caller caller, Operation operation) {}
      };

  /** A trail whose disk takes a moment. */
  private final class Trail implements AuditTrail {
    @Override
    public CompletionStage<Entry> decided(
        Caller caller,
        Optional<Operation> operation,
        Decision decision,
        Optional<Refusal> refusal) {
      records.add(
          (decision.permitted() ? "permit " : "deny ")
              + operation.map(o -> o.touches().getFirst().collection().orElse("")).orElse("?"));
      return CompletableFuture.supplyAsync(
          Open::new, CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS));
    }

    private final class Open implements Entry {
      @Override
      public void completed(Optional<Refusal> refusal, Extent extent) {
        records.add(refusal.map(r -> "ended " + r.kind()).orElse("done " + bytes(extent)));
      }

      @Override
      public void cutOff(Extent extent) {
        records.add("cut off");
      }

      private String bytes(Extent extent) {
        return extent.bytes().isPresent() ? extent.bytes().getAsLong() + " bytes" : "";
      }
    }
  }

  // --- A client ---

  /** One call, and what it was told. */
  private final class Called extends ClientCall.Listener<String> {
    private final ClientCall<String, String> call;
    private final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Status> status = new CompletableFuture<>();
    private volatile Metadata trailers;
    private final int ahead;

    /**
     * @param ahead 0 where it asks for no answer but the first by itself
     */
    Called(MethodDescriptor<String, String> method, int ahead, CallOptions options, Metadata head) {
      this.ahead = ahead;
      call = channel.newCall(method, options);
      call.start(this, head);
      call.request(1);
    }

    @Override
    public void onMessage(String message) {
      told.add(message);
      if (ahead > 0) {
        call.request(1);
      }
    }

    @Override
    public void onClose(Status end, Metadata last) {
      trailers = last;
      status.complete(end);
    }

    Called say(String... messages) {
      for (String message : messages) {
        call.sendMessage(message);
      }
      return this;
    }

    Called done() {
      call.halfClose();
      return this;
    }

    Status status() {
      return status.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    Status.Code code() {
      return status().getCode();
    }
  }

  private Called call(MethodDescriptor<String, String> method) {
    return new Called(method, 1, CallOptions.DEFAULT, new Metadata());
  }

  private static void await(String what, BooleanSupplier there) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!there.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, what);
      Thread.sleep(5);
    }
  }

  private void assertNothingRuns() throws InterruptedException {
    await("nothing runs: " + records, () -> streams.count() == 0 && places.get() == 0);
    await("nothing is answered", () -> connections.answering() == 0);
  }

  // --- Carrying ---

  @Test
  void oneQuestionHasManyAnswersInTheirOrderAndTrailers() throws Exception {
    Called called = call(LIST).say("docs list 500 3").done();
    assertEquals(Status.Code.OK, called.code());
    assertEquals(Collections.nCopies(500, "xxx"), List.copyOf(called.told));
    assertEquals(List.of("acme-docs list 500 3"), List.copyOf(database.heard));
    assertNothingRuns();
    assertEquals(List.of("permit acme-docs", "done 1500 bytes"), List.copyOf(records));
    assertEquals("rule notes at notes.yaml:1:1", explanation(called));
  }

  @Test
  void eachMessageOfTheClientsIsDecidedRecordedAndWrittenAnew() throws Exception {
    Called called = call(PUT).say("docs a", "mails b", "docs c").done();
    assertEquals(Status.Code.OK, called.code());
    assertEquals(List.of("3"), List.copyOf(called.told));
    assertEquals(
        List.of("acme-docs a", "acme-mails b", "acme-docs c"), List.copyOf(database.heard));
    assertNothingRuns();
    assertEquals(3, arrivals.get(), "each counts against the rates");
    assertEquals(
        List.of(
            "permit acme-docs",
            "permit acme-mails",
            "done ",
            "permit acme-docs",
            "done ",
            "done 1 bytes"),
        List.copyOf(records));
  }

  @Test
  void bothTalkAtOnce() throws Exception {
    Called called = call(TALK);
    for (int i = 0; i < 200; i++) {
      called.say("docs echo " + i);
      if (i % 20 == 0) {
        int now = i;
        await("an answer meanwhile", () -> called.told.size() > now);
      }
    }
    assertEquals(Status.Code.OK, called.done().code());
    assertEquals(200, called.told.size());
    assertEquals("docs 199", called.told.stream().skip(199).findFirst().orElseThrow());
    assertNothingRuns();
  }

  /** Unary calls too say what decided, in their trailers, and only where they are to. */
  @Test
  void trailersSayWhichRuleDecidedWhereADeveloperAskedForThat() throws Exception {
    denied.add("acme-mails");
    Called permitted = call(TestingNotes.GET).say("docs").done();
    assertEquals(Status.Code.OK, permitted.code());
    assertEquals(List.of("1"), List.copyOf(permitted.told));
    assertEquals("rule notes at notes.yaml:1:1", explanation(permitted));
    for (MethodDescriptor<String, String> method : List.of(TestingNotes.GET, LIST)) {
      Called refused = call(method).say("mails").done();
      assertEquals(Status.Code.PERMISSION_DENIED, refused.code());
      assertEquals("no rule", explanation(refused));
      assertEquals("no rule", explanation(call(method).say("?").done()));
    }
    explains = false;
    for (MethodDescriptor<String, String> method : List.of(TestingNotes.GET, PUT)) {
      assertEquals(null, explanation(call(method).say("docs").done()));
      assertEquals(null, explanation(call(method).say("mails").done()));
    }
  }

  private static String explanation(Called called) {
    assertTrue(called.status() != null);
    return called.trailers.get(key("ringfence-explain"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Get", "List"})
  void nothingOfAClientsMetadataReachesTheDatabaseButItsTrace(String name) throws Exception {
    MethodDescriptor<String, String> method = name.equals("Get") ? TestingNotes.GET : LIST;
    Metadata head = new Metadata();
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    head.put(key("traceparent"), "00-" + trace + "-00f067aa0ba902b7-01");
    head.put(key("tracestate"), "a=b");
    head.put(key("x-forwarded-for"), "10.0.0.1");
    Called called = new Called(method, 1, CallOptions.DEFAULT, head);
    called.say(name.equals("Get") ? "docs" : "docs list 1 1").done();
    assertEquals(Status.Code.OK, called.code());
    Metadata seen = database.heads.peek();
    assertTrue(seen.get(key("traceparent")).startsWith("00-" + trace + "-"), seen::toString);
    assertTrue(!seen.containsKey(key("tracestate")) && !seen.containsKey(key("x-forwarded-for")));
    await("the trace ends", () -> !spans.isEmpty());
    Span upstream =
        spans.stream().filter(s -> s.name().equals("upstream")).findFirst().orElseThrow();
    assertEquals("00-" + trace + "-" + upstream.id() + "-01", seen.get(key("traceparent")));
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  // --- Refusing ---

  @Test
  void aMessageThatIsDeniedEndsTheCallAndReachesNobody() throws Exception {
    denied.add("acme-mails");
    Called called = call(PUT).say("docs a", "mails b", "docs c");
    assertEquals(Status.Code.PERMISSION_DENIED, called.code());
    await("the database is told", () -> database.cancelled.get() == 1);
    assertEquals(List.of("acme-docs a"), List.copyOf(database.heard));
    assertNothingRuns();
    assertEquals(
        List.of("permit acme-docs", "deny acme-mails", "ended DENIED", "ended DENIED"),
        List.copyOf(records));
  }

  @Test
  void whatIsNotUnderstoodOrKnownEndsTheCall() throws Exception {
    assertEquals(Status.Code.INVALID_ARGUMENT, call(TALK).say("?").done().code());
    assertEquals(Status.Code.INVALID_ARGUMENT, call(TALK).done().code());
    MethodDescriptor<String, String> none =
        TestingNotes.method("Else", MethodDescriptor.MethodType.BIDI_STREAMING);
    assertEquals(Status.Code.PERMISSION_DENIED, call(none).say("docs a").done().code());
    known = false;
    assertEquals(Status.Code.UNAUTHENTICATED, call(LIST).say("docs list 1 1").done().code());
    assertTrue(records.contains("unknown"));
    assertEquals(List.of(), List.copyOf(database.heard));
    assertNothingRuns();
  }

  @Test
  void aCallOfOneMessageTakesNoOther() throws Exception {
    MethodDescriptor<String, String> both =
        TestingNotes.method("List", MethodDescriptor.MethodType.BIDI_STREAMING);
    Called called = call(both).say("docs begin", "docs list 1 1").done();
    assertEquals(Status.Code.INVALID_ARGUMENT, called.code());
    assertEquals(List.of("acme-docs begin"), List.copyOf(database.heard));
    assertNothingRuns();
  }

  @Test
  void anAnswerOfAnotherTenantsEndsTheCallBeforeItIsSeen() throws Exception {
    Called called = call(LIST).say("docs foreign").done();
    assertEquals(Status.Code.INTERNAL, called.code());
    assertEquals(List.of("one"), List.copyOf(called.told));
    await("the database is told", () -> database.cancelled.get() == 1);
    assertNothingRuns();
    assertEquals(List.of("permit acme-docs", "ended WITHHELD"), List.copyOf(records));
  }

  @Test
  void theDatabasesErrorComesWithItsStatusAndNoForeignName() throws Exception {
    Called called = call(LIST).say("docs fail").done();
    assertEquals(Status.Code.NOT_FOUND, called.code());
    assertEquals("the database refuses", called.status().getDescription());
    assertEquals(List.of("one"), List.copyOf(called.told));
    assertNothingRuns();
  }

  // --- Bounds ---

  @Test
  void aMessageAtTheLimitAndPastIt() throws Exception {
    String fits = "docs " + "x".repeat(MESSAGE_MAX - 5);
    assertEquals(Status.Code.OK, call(PUT).say(fits).done().code());
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, call(PUT).say(fits + "x").done().code());
    assertEquals(1, database.heard.size());
    assertNothingRuns();
    assertEquals(0, connections.bodies().taken());
  }

  @Test
  void operationsOfOneCallAtTheLimitAndPastIt() throws Exception {
    Called called = call(PUT);
    for (int i = 0; i < 64; i++) {
      called.say("docs" + i + " a", "docs" + i + " b");
    }
    await("all are taken", () -> database.heard.size() == 128);
    assertEquals(64, streams.count());
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, called.say("docs64 a").code());
    assertEquals(128, database.heard.size());
    assertNothingRuns();
  }

  @Test
  void aClientThatDoesNotReadHoldsTheDatabaseBack() throws Exception {
    int all = 2_000;
    Called called = new Called(LIST, 0, CallOptions.DEFAULT, new Metadata());
    called.say("docs list " + all + " " + 10 * KIB).done();
    int held = settled(database.said::get);
    assertTrue(held > 0 && (long) held * 10 * KIB < ON_THE_WAY_MAX, held + " on the way");
    called.call.request(all - 1);
    assertEquals(Status.Code.OK, called.code());
    assertEquals(all, called.told.size());
    assertNothingRuns();
  }

  @Test
  void aDatabaseThatDoesNotReadHoldsTheClientBack() throws Exception {
    database.deaf = true;
    Called called = call(PUT);
    AtomicInteger said = new AtomicInteger();
    String message = "docs " + "x".repeat(10 * KIB);
    Thread client =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!called.status.isDone() && said.get() < 2_000) {
                    if (called.call.isReady()) {
                      called.say(message);
                      said.incrementAndGet();
                    } else {
                      Thread.yield();
                    }
                  }
                });
    int held = settled(said::get);
    assertTrue(held > 0 && (long) held * 10 * KIB < ON_THE_WAY_MAX, held + " on the way");
    assertTrue(connections.bodies().taken() <= 2 * MESSAGE_MAX, "little waits here");
    called.call.cancel("enough", null);
    client.join();
    await("the database is told", () -> database.cancelled.get() == 1);
    assertNothingRuns();
    assertEquals(0, connections.bodies().taken());
  }

  /** A count once it stands still. */
  private static int settled(java.util.function.IntSupplier count) throws InterruptedException {
    await("something is said", () -> count.getAsInt() > 0);
    int before = -1;
    int now = count.getAsInt();
    while (now != before) {
      Thread.sleep(700);
      before = now;
      now = count.getAsInt();
    }
    return now;
  }

  // --- Ends ---

  @Test
  void aDeadlineIsPassedOnAndEndsBothCalls() throws Exception {
    CallOptions soon = CallOptions.DEFAULT.withDeadlineAfter(500, TimeUnit.MILLISECONDS);
    Called called = new Called(TALK, 1, soon, new Metadata()).say("docs begin");
    assertEquals(Status.Code.DEADLINE_EXCEEDED, called.code());
    await("the database is told", () -> database.cancelled.get() == 1);
    assertNothingRuns();
    assertEquals("permit acme-docs", records.peek());
  }

  @Test
  void silenceAndATrickleAreBounded() throws Exception {
    channel.shutdownNow();
    listener.close();
    listen(LIMITS.times(Duration.ofMillis(600)));
    Called called = call(TALK).say("docs begin");
    assertEquals(Status.Code.DEADLINE_EXCEEDED, called.code());
    assertEquals(List.of("begun"), List.copyOf(called.told));
    await("the database is told", () -> database.cancelled.get() == 1);
    assertNothingRuns();
    assertEquals(List.of("permit acme-docs", "ended TIMED_OUT"), List.copyOf(records));
  }

  @Test
  void aClientThatCancelsOrGoesEndsTheDatabasesCall() throws Exception {
    Called called = call(TALK).say("docs begin");
    await("it runs", () -> !called.told.isEmpty());
    called.call.cancel("enough", null);
    await("the database is told", () -> database.cancelled.get() == 1);
    Called other = call(LIST).say("docs begin").done();
    await("it runs", () -> !other.told.isEmpty());
    connections.closeAll();
    await("the database is told", () -> database.cancelled.get() == 2);
    assertNothingRuns();
    assertEquals(2, records.stream().filter("cut off"::equals).count(), records::toString);
  }

  @Test
  void aDatabaseThatGoesEndsTheClientsCall() throws Exception {
    Called called = call(TALK).say("docs begin");
    await("it runs", () -> !called.told.isEmpty());
    database.close();
    assertEquals(Status.Code.UNAVAILABLE, called.code());
    assertEquals(Status.Code.UNAVAILABLE, call(LIST).say("docs list 1 1").done().code());
    assertNothingRuns();
  }

  /** Nothing outlives its permission: also a call in which nobody says anything. */
  @Test
  void aRunningCallEndsWithinTheRecheckIntervalAfterItsPermission() throws Exception {
    Called called = call(TALK).say("docs begin");
    Called other = call(TALK).say("mails begin");
    await("both run", () -> !called.told.isEmpty() && !other.told.isEmpty());
    Thread.sleep(2 * RECHECK.toMillis());
    assertTrue(!called.status.isDone(), "what is permitted runs on");
    long begin = System.nanoTime();
    denied.add("acme-docs");
    assertEquals(Status.Code.PERMISSION_DENIED, called.code());
    long took = (System.nanoTime() - begin) / 1_000_000;
    assertTrue(took <= RECHECK.toMillis() + 200, took + " ms");
    await("the database is told", () -> database.cancelled.get() == 1);
    assertEquals(Status.Code.OK, other.say("mails echo b").done().code());
    assertNothingRuns();
    assertTrue(records.contains("ended DENIED"), records::toString);
  }

  @Test
  void aCallerWhoIsNobodyAnyMoreIsCut() throws Exception {
    Called called = call(LIST).say("docs begin").done();
    await("it runs", () -> !called.told.isEmpty());
    known = false;
    assertEquals(Status.Code.PERMISSION_DENIED, called.code());
    await("the database is told", () -> database.cancelled.get() == 1);
    assertNothingRuns();
  }
}
