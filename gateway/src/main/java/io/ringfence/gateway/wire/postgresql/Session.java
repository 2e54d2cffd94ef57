package io.ringfence.gateway.wire.postgresql;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.ringfence.gateway.engine.postgresql.PostgresqlGuard;
import io.ringfence.gateway.engine.postgresql.Reading;
import io.ringfence.gateway.engine.postgresql.SqlError;
import io.ringfence.gateway.engine.postgresql.sql.Statement;
import io.ringfence.gateway.exchange.Decision;
import io.ringfence.gateway.request.Extent;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.session.LiveStreams;
import io.ringfence.gateway.wire.Connections;
import io.ringfence.model.Tenant;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A client's session: its messages are understood, decided, recorded and sent to the database one
 * after the other. All of it runs on the event loop of the client's connection, which the
 * database's connection shares.
 *
 * <p>INVARIANT (one order): the database is sent something for every message of a client that is to
 * be answered, also for one that is refused: then it is {@link Outgoing#FAILING}, so that
 * transactions, and what is skipped after an error, are the database's to tell.
 */
final class Session extends ChannelInboundHandlerAdapter {
  /** Messages that wait for those before them; with more no more is read. */
  static final int WAITING_MAX = 256;

  /** Bytes of them. */
  static final int WAITING_BYTES_MAX = 1 << 20;

  /** What the database may need beyond the time that it gives a statement itself. */
  static final Duration GRACE = Duration.ofSeconds(5);

  private static final SqlError LATE =
      new SqlError(
          "FATAL", "57P01", "terminating connection: the database does not answer in time");
  private static final SqlError VIOLATION =
      new SqlError("FATAL", "08P01", "the message is not let through");
  private static final SqlError OVER =
      new SqlError("FATAL", "57P01", "terminating connection: the session is over");

  private final Channel client;
  private final Outgoing toDatabase;
  private final Answers answers;
  private final Judge judge;
  private final Role role;
  private final Runnable cancel;
  private final Duration statementTime;
  private final LiveStreams streams;
  private final Watched watched;
  private final SessionNames names = new SessionNames();
  private final Readings readings;
  private final Set<PostgresqlGuard> guards;
  private final ArrayDeque<Message> waiting = new ArrayDeque<>();
  private Optional<Tenant> tenant = Optional.empty();
  private long waitingBytes;
  private boolean busy;
  private boolean pumping;
  private boolean reading;
  private boolean ended;
  private Future<?> looking;

  /**
   * @param role whose session it is
   * @param caller its name
   * @param cancel ends what the database does for it
   * @param statementTime which the database gives a statement
   */
  Session(
      Channel client,
      Channel database,
      Judge judge,
      Role role,
      String caller,
      LiveStreams streams,
      Runnable cancel,
      Duration statementTime,
      Set<PostgresqlGuard> guards) {
    this.client = client;
    this.toDatabase = new Outgoing(database);
    this.answers = new Answers(client, this, names, guards);
    this.judge = judge;
    this.role = role;
    this.streams = streams;
    this.watched = new Watched(caller);
    this.cancel = cancel;
    this.statementTime = statementTime;
    this.guards = guards;
    this.readings = new Readings(guards);
  }

  /** Takes the database's answers. */
  Answers answers() {
    return answers;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    streams.add(watched);
    lookAgain(patience());
  }

  /**
   * INVARIANT (no wait without an end): the database ends a statement in time by itself; where it,
   * or the way to it, is gone without a word, the session ends.
   */
  private void look() {
    if (ended) {
      return;
    }
    Duration left = patience().minus(answers.silence().orElse(Duration.ZERO));
    if (left.isPositive()) {
      lookAgain(left);
    } else {
      end(Optional.of(LATE));
    }
  }

  private void lookAgain(Duration after) {
    looking = client.eventLoop().schedule(this::look, after.toNanos(), TimeUnit.NANOSECONDS);
  }

  private Duration patience() {
    return statementTime.multipliedBy(Math.max(1, answers.statements())).plus(GRACE);
  }

  /**
   * What is decided again while it runs, by another thread: who it is, and each statement that is
   * being answered.
   */
  private final class Watched implements LiveStreams.Stream {
    private final String caller;
    private volatile List<Judge.Permitted> running = List.of();

    Watched(String caller) {
      this.caller = caller;
    }

    /** Statements that run beside those that do already. */
    void run(List<Judge.Permitted> more) {
      if (running.isEmpty()) {
        running = more;
      } else {
        List<Judge.Permitted> all = new ArrayList<>(running);
        all.addAll(more);
        running = List.copyOf(all);
      }
    }

    @Override
    public String caller() {
      return caller;
    }

    @Override
    public List<io.ringfence.gateway.session.Session> sessions() {
      return running.stream().flatMap(p -> p.sessions().stream()).toList();
    }

    @Override
    public Optional<String> refusal() {
      try {
        Judge.Moment moment = now();
        for (Judge.Permitted statement : running) {
          judge.require(moment, statement.operation());
        }
        return Optional.empty();
      } catch (RefusedException e) {
        return Optional.of(e.refusal().text());
      }
    }

    @Override
    public void end(String why) {
      client.eventLoop().execute(() -> Session.this.end(Optional.of(OVER)));
    }
  }

  /** Nothing is being answered. */
  void idle() {
    watched.running = List.of();
  }

  // --- Reading ---

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object read) {
    Message message = (Message) read;
    if (ended) {
      message.release();
      return;
    }
    waiting.add(message);
    waitingBytes += message.body().readableBytes();
    reading = true;
    pump();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    reading = false;
    if (!ended) {
      flush();
    }
    ctx.fireChannelReadComplete();
  }

  /**
   * Messages of one read go to the database together, and what waits for its record goes with what
   * came before it.
   */
  private void flush() {
    if (!reading && !busy) {
      toDatabase.flush();
    }
  }

  /** Handles what waits, as far as it need not wait. */
  void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    while (!busy && !ended && !answers.awaitsCopy() && !waiting.isEmpty()) {
      Message message = waiting.poll();
      waitingBytes -= message.body().readableBytes();
      try {
        handle(message);
      } catch (ProtocolViolation e) {
        end(Optional.of(VIOLATION));
      } finally {
        message.release();
      }
    }
    pumping = false;
    if (!ended) {
      flush();
      boolean room = waiting.size() < WAITING_MAX && waitingBytes < WAITING_BYTES_MAX;
      client.config().setAutoRead(room && toDatabase.writable());
    }
  }

  private void handle(Message message) throws ProtocolViolation {
    byte type = message.type();
    if (answers.copying()) {
      copy(message);
      return;
    }
    switch (type) {
      case 'Q' -> query(Requests.query(message.body()));
      case 'P', 'B', 'D', 'C', 'E' -> {
        if (!answers.skipping()) {
          extended(message);
        }
      }
      case 'S' -> {
        toDatabase.sync();
        answers.expect(Expected.of(Expected.Kind.SYNC, List.of()));
      }
      case 'H' -> toDatabase.demand();
      case 'X' -> end(Optional.empty());
      case 'F' -> refuseCall();
      // What is left of a COPY that failed.
      case 'd', 'c', 'f' -> {}
      default -> throw new ProtocolViolation("no such message");
    }
  }

  private void copy(Message message) throws ProtocolViolation {
    answers.heard();
    switch (message.type()) {
      case 'd', 'c', 'f' -> toDatabase.pass(message);
      case 'S', 'H' -> {}
      case 'X' -> end(Optional.empty());
      default -> throw new ProtocolViolation("a COPY goes on");
    }
  }

  // --- Who ---

  private Judge.Moment now() throws RefusedException {
    Judge.Moment moment = judge.now();
    role.requireSame(moment.caller());
    return moment;
  }

  /** The moment of a statement; empty when the session is over. */
  private Optional<Judge.Moment> moment() {
    try {
      Judge.Moment moment = now();
      Optional<Tenant> current = moment.caller().scope().tenant();
      if (!current.equals(tenant)) {
        // INVARIANT (one scope): what was read in another generation's scope is read again.
        names.forgetAll();
        tenant = current;
      }
      return Optional.of(moment);
    } catch (RefusedException e) {
      end(Optional.of(OVER));
      return Optional.empty();
    }
  }

  // --- Statements by text ---

  private void query(String sql) {
    Optional<Judge.Moment> moment = moment();
    if (moment.isEmpty()) {
      return;
    }
    List<Reading> resolved = new ArrayList<>();
    try {
      admit(moment.get());
      for (Reading reading : readings.once(sql, moment.get().caller().scope())) {
        resolved.add(names.resolve(reading));
      }
      for (Reading reading : resolved) {
        explain(moment.get(), reading.operation());
      }
      CompletionStage<List<Judge.Permitted>> recorded = judge.record(moment.get(), resolved);
      after(recorded, Expected.Kind.QUERY, entries -> sendQuery(resolved, entries));
    } catch (RefusedException e) {
      resolved.forEach(names::failed);
      refuse(Expected.Kind.QUERY, moment.get(), first(resolved), e.refusal());
    }
  }

  /** Says which rule decides, where answers do: for developers, and never otherwise. */
  private void explain(Judge.Moment moment, Operation operation) {
    if (moment.reception().explains()) {
      Decision decision = moment.reception().gatekeeper().decide(moment.caller(), operation);
      ByteBuf out = client.alloc().buffer();
      String text = "ringfence-explain: " + decision.explanation();
      ErrorMessage.write(out, 'N', new SqlError("NOTICE", "00000", text));
      client.writeAndFlush(out);
    }
  }

  private static Optional<Operation> first(List<Reading> readings) {
    return readings.stream().map(Reading::operation).findFirst();
  }

  /**
   * A text takes the place of the statement and the portal without a name; the database's have one,
   * and what an open portal reads cannot be dropped.
   */
  private void closeUnnamed() {
    names.forgetPortal("").ifPresent(p -> closeOurs('P', p.name()));
    names.forgetStatement("").ifPresent(s -> closeOurs('S', s.name()));
  }

  private void closeOurs(char kind, String name) {
    toDatabase.close(kind, name);
    answers.expect(Expected.ours(Expected.Kind.CLOSE));
  }

  private void sendQuery(List<Reading> readings, List<Judge.Permitted> entries) {
    closeUnnamed();
    toDatabase.query(
        readings.size() == 1
            ? readings.getFirst().sql()
            : readings.stream().map(Reading::sql).collect(Collectors.joining("; ")));
    answers.expect(Expected.of(Expected.Kind.QUERY, readings, entries));
    answers.awaitCopies(
        (int)
            readings.stream().filter(r -> r.statement().kind() == Statement.Kind.COPY_IN).count());
  }

  private void refuseCall() {
    moment()
        .ifPresent(
            m ->
                refuse(
                    Expected.Kind.QUERY,
                    m,
                    Optional.empty(),
                    new Refusal(Refusal.Kind.DENIED, "function calls are not let through")));
  }

  // --- Statements by messages ---

  private void extended(Message message) throws ProtocolViolation {
    try {
      switch (message.type()) {
        case 'P' -> {
          Optional<Judge.Moment> moment = moment();
          if (moment.isPresent()) {
            parse(moment.get(), Requests.parse(message.body(), guards));
          }
        }
        case 'B' -> bind(Requests.bind(message.body()));
        case 'D' -> describe(Requests.target(message.body()));
        case 'C' -> close(Requests.target(message.body()));
        default -> {
          Optional<Judge.Moment> moment = moment();
          if (moment.isPresent()) {
            execute(moment.get(), Requests.execute(message.body()));
          }
        }
      }
    } catch (RefusedException e) {
      moment().ifPresent(m -> refuse(Expected.Kind.PARSE, m, Optional.empty(), e.refusal()));
    }
  }

  private void parse(Judge.Moment moment, Requests.Parse parse) throws RefusedException {
    List<Reading> read = readings.of(parse.sql(), moment.caller().scope());
    if (read.size() > 1) {
      throw new RefusedException(Refusal.Kind.MALFORMED, "one message prepares one statement");
    }
    Optional<Reading> reading = Optional.empty();
    if (!read.isEmpty()) {
      if (read.getFirst().statement().kind() == Statement.Kind.COPY_IN) {
        throw new RefusedException(
            Refusal.Kind.UNSUPPORTED, "COPY FROM is taken by a simple query only");
      }
      reading = Optional.of(names.resolve(read.getFirst()));
      explain(moment, reading.get().operation());
      judge.require(moment, reading.get().operation());
    }
    SessionNames.Prepared made = names.prepare(reading);
    names
        .keep(parse.name(), made)
        .ifPresent(
            old -> {
              toDatabase.close('S', old.name());
              answers.expect(Expected.ours(Expected.Kind.CLOSE));
            });
    toDatabase.parse(made.name(), reading.map(Reading::sql).orElse(""), parse.types());
    answers.expect(Expected.of(Expected.Kind.PARSE, reading.map(List::of).orElse(List.of())));
  }

  private void bind(Requests.Bind bind) throws RefusedException, ProtocolViolation {
    SessionNames.Prepared statement = names.statement(bind.statement());
    Requests.requireValues(
        bind.rest(),
        statement
            .reading()
            .filter(r -> guards.contains(PostgresqlGuard.ROW_PARAMETERS))
            .map(Reading::required)
            .orElse(Map.of()));
    Set<Integer> limits = statement.reading().map(Reading::limits).orElse(Set.of());
    int topK = limits.isEmpty() ? 0 : Requests.rows(bind.rest(), limits);
    SessionNames.Portal portal = names.open(statement, topK);
    names
        .keep(bind.portal(), portal)
        .ifPresent(
            old -> {
              toDatabase.close('P', old.name());
              answers.expect(Expected.ours(Expected.Kind.CLOSE));
            });
    toDatabase.bind(portal.name(), statement.name(), bind.rest());
    answers.expect(Expected.of(Expected.Kind.BIND, readings(statement)));
  }

  private static List<Reading> readings(SessionNames.Prepared statement) {
    return statement.reading().map(List::of).orElse(List.of());
  }

  private void describe(Requests.Target target) throws RefusedException {
    SessionNames.Prepared statement =
        target.statement()
            ? names.statement(target.name())
            : names.portal(target.name()).statement();
    toDatabase.describe(
        target.statement() ? 'S' : 'P',
        target.statement() ? statement.name() : names.portal(target.name()).name());
    answers.expect(Expected.of(Expected.Kind.DESCRIBE, readings(statement)));
  }

  /** Closing what is not there is no error. */
  private void close(Requests.Target target) {
    Optional<String> name =
        target.statement()
            ? names.forgetStatement(target.name()).map(SessionNames.Prepared::name)
            : names.forgetPortal(target.name()).map(SessionNames.Portal::name);
    toDatabase.close(target.statement() ? 'S' : 'P', name.orElse("none"));
    answers.expect(Expected.of(Expected.Kind.CLOSE, List.of()));
  }

  /** A session runs one statement at a time, and sessions are bounded: no place is kept. */
  private static void admit(Judge.Moment moment) throws RefusedException {
    moment.reception().admission().request(moment.caller()).run();
  }

  private void execute(Judge.Moment moment, Requests.Execute execute) throws RefusedException {
    SessionNames.Portal portal = names.portal(execute.portal());
    List<Reading> readings =
        readings(portal.statement()).stream().map(r -> r.asking(portal.topK())).toList();
    admit(moment);
    after(
        judge.record(moment, readings),
        Expected.Kind.PARSE,
        entries -> {
          toDatabase.execute(portal.name(), execute.rowsMax());
          answers.expect(Expected.of(Expected.Kind.EXECUTE, readings, entries));
        });
  }

  // --- Waiting for the record ---

  /** What is done once the decisions are recorded. */
  @FunctionalInterface
  private interface Recorded {
    void go(List<Judge.Permitted> entries);
  }

  private void after(
      CompletionStage<List<Judge.Permitted>> recorded, Expected.Kind kind, Recorded next) {
    busy = true;
    recorded.whenComplete(
        (entries, failure) -> {
          if (client.eventLoop().inEventLoop()) {
            recorded(entries, failure, kind, next);
          } else {
            client.eventLoop().execute(() -> recorded(entries, failure, kind, next));
          }
        });
  }

  private void recorded(
      List<Judge.Permitted> entries, Throwable failure, Expected.Kind kind, Recorded next) {
    busy = false;
    if (ended) {
      return;
    }
    if (failure == null && kind != Expected.Kind.QUERY && answers.skipping()) {
      entries.forEach(e -> e.entry().completed(Optional.of(SKIPPED), UNSHOWN));
    } else if (failure == null) {
      watched.run(entries);
      next.go(entries);
    } else {
      fail(kind, Refusal.UNRECORDED);
    }
    pump();
  }

  private static final Extent UNSHOWN = Extent.UNKNOWN;
  private static final Refusal SKIPPED =
      new Refusal(Refusal.Kind.UNAVAILABLE, "skipped after an error");

  private void refuse(
      Expected.Kind kind, Judge.Moment moment, Optional<Operation> operation, Refusal refusal) {
    busy = true;
    judge
        .refused(moment, operation, refusal)
        .whenCompleteAsync(
            (done, failure) -> {
              busy = false;
              if (!ended) {
                fail(kind, failure == null ? refusal : Refusal.UNRECORDED);
                pump();
              }
            },
            client.eventLoop());
  }

  /** Has the database fail in the place of a message that it does not get. */
  private void fail(Expected.Kind kind, Refusal refusal) {
    if (kind == Expected.Kind.QUERY) {
      toDatabase.query(Outgoing.FAILING);
    } else if (answers.skipping()) {
      return;
    } else {
      toDatabase.parse("", Outgoing.FAILING, List.of());
    }
    answers.expect(Expected.refused(kind, SqlError.of(refusal)));
  }

  // --- The end ---

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    toDatabase.read(client.isWritable());
  }

  /** The database takes more, or less. */
  void databaseWritable() {
    pump();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == Connections.Drain.NOW) {
      answers.drain();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end(Optional.empty());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    end(Optional.of(VIOLATION));
  }

  /** Ends both connections; the client is told why where there is a reason. */
  void end(Optional<SqlError> why) {
    if (ended) {
      return;
    }
    ended = true;
    looking.cancel(false);
    streams.done(watched);
    waiting.forEach(Message::release);
    waiting.clear();
    if (answers.end()) {
      cancel.run();
    }
    toDatabase.terminate();
    if (why.isPresent() && client.isActive()) {
      ByteBuf out = client.alloc().buffer();
      ErrorMessage.write(out, 'E', why.get().fatal());
      client.writeAndFlush(out).addListener(f -> client.close());
    } else {
      client.close();
    }
  }

  /** For when the gateway closes a session that is idle. */
  static SqlError over() {
    return OVER;
  }
}
