package io.ringfence.lab;

import io.ringfence.model.Protocol;
import java.io.IOException;
import java.net.ConnectException;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Makes many calls at once from one namespace, each bounded in time: TCP and UDP by Java's own
 * channels, ICMP by {@link Pinger}. It runs on the namespace's thread.
 */
final class Dialer {
  /** Calls under way at one time. */
  static final int IN_FLIGHT_MAX = 256;

  private static final int HEARD_BYTES_MAX = 4096;
  private static final byte[] NOTHING = {};

  private final Duration timeout;
  private final Pace pace;
  private final List<Call.Answer> answers = new ArrayList<>();
  private final Deque<Line> lines = new ArrayDeque<>();

  private Dialer(Duration timeout, Pace pace) {
    this.timeout = timeout;
    this.pace = pace;
  }

  /** One call under way. */
  private static final class Line {
    private final Call call;
    private final SelectableChannel channel;
    private final long deadline;
    private final long again;
    private boolean repeated;
    private boolean connected;
    private boolean over;

    Line(Call call, SelectableChannel channel, long now, Duration timeout) {
      this.call = call;
      this.channel = channel;
      this.deadline = now + timeout.toNanos();
      this.again = now + timeout.toNanos() / 2;
    }
  }

  /** Makes the calls; every one has an answer, in no particular order. */
  static List<Call.Answer> dial(List<Call> calls, Duration timeout, Pace pace) throws IOException {
    Dialer dialer = new Dialer(timeout, pace);
    List<Call> pings = calls.stream().filter(c -> c.protocol().isIcmp()).toList();
    dialer.answers.addAll(Pinger.ping(pings, timeout, pace));
    dialer.run(calls.stream().filter(c -> !c.protocol().isIcmp()).toList());
    return dialer.answers;
  }

  private void run(List<Call> calls) throws IOException {
    Deque<Call> waiting = new ArrayDeque<>(calls);
    try (Selector selector = Selector.open()) {
      while (!waiting.isEmpty() || !lines.isEmpty()) {
        while (!waiting.isEmpty() && lines.size() < IN_FLIGHT_MAX && pace.permits()) {
          start(waiting.remove(), selector);
        }
        selector.select(this::ready, millisToWait(waiting.isEmpty()));
        expire();
      }
    }
  }

  private long millisToWait(boolean allStarted) {
    if (lines.isEmpty()) {
      return 1;
    }
    long next = lines.peek().deadline - System.nanoTime();
    long most = allStarted || lines.size() >= IN_FLIGHT_MAX ? timeout.toMillis() / 4 : 1;
    return Math.clamp(next / 1_000_000, 1, Math.max(1, most));
  }

  private void start(Call call, Selector selector) {
    if (!Sockets.canOpen(call.to().address())) {
      finish(call, Outcome.UNREACHABLE, NOTHING);
      return;
    }
    try {
      if (call.protocol().equals(Protocol.TCP)) {
        startTcp(call, selector);
      } else {
        startUdp(call, selector);
      }
    } catch (IOException e) {
      finish(call, outcome(e), NOTHING);
    }
  }

  private void startTcp(Call call, Selector selector) throws IOException {
    SocketChannel channel = Sockets.caller(call.source());
    Line line = new Line(call, channel, System.nanoTime(), timeout);
    try {
      // A reset instead of a goodbye: no port stays taken and no router remembers the connection.
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      channel.connect(Sockets.socket(call.to().address(), call.port()));
      channel.register(selector, SelectionKey.OP_CONNECT, line);
      lines.add(line);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private void startUdp(Call call, Selector selector) throws IOException {
    DatagramChannel channel = Sockets.receive(call.source(), 0);
    Line line = new Line(call, channel, System.nanoTime(), timeout);
    try {
      channel.connect(Sockets.socket(call.to().address(), call.port()));
      channel.write(ByteBuffer.wrap(call.say()));
      channel.register(selector, SelectionKey.OP_READ, line);
      lines.add(line);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private void ready(SelectionKey key) {
    Line line = (Line) key.attachment();
    try {
      if (key.isConnectable() && ((SocketChannel) key.channel()).finishConnect()) {
        connected(line, key);
      } else if (key.isReadable()) {
        end(line, Outcome.ANSWERED, read(key.channel()));
      }
    } catch (IOException e) {
      end(line, line.connected ? Outcome.ANSWERED : outcome(e), NOTHING);
    }
  }

  private void connected(Line line, SelectionKey key) throws IOException {
    line.connected = true;
    if (!line.call.hear()) {
      end(line, Outcome.ANSWERED, NOTHING);
      return;
    }
    ((SocketChannel) key.channel()).write(ByteBuffer.wrap(line.call.say()));
    key.interestOps(SelectionKey.OP_READ);
  }

  private static byte[] read(SelectableChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(HEARD_BYTES_MAX);
    switch (channel) {
      case SocketChannel c -> c.read(buffer);
      case DatagramChannel c -> c.read(buffer);
      default -> throw new IllegalStateException("a line is TCP or UDP");
    }
    byte[] heard = new byte[buffer.flip().remaining()];
    buffer.get(heard);
    return heard;
  }

  /** Ends what is late, and says once more what UDP may have lost. */
  private void expire() {
    long now = System.nanoTime();
    while (!lines.isEmpty() && (lines.peek().over || lines.peek().deadline <= now)) {
      Line line = lines.remove();
      if (!line.over) {
        end(line, line.connected ? Outcome.ANSWERED : Outcome.SILENT, NOTHING);
      }
    }
    for (Line line : lines) {
      if (line.again > now) {
        return;
      }
      repeat(line);
    }
  }

  private void repeat(Line line) {
    if (line.repeated || line.over || !(line.channel instanceof DatagramChannel channel)) {
      return;
    }
    line.repeated = true;
    try {
      channel.write(ByteBuffer.wrap(line.call.say()));
    } catch (IOException e) {
      end(line, outcome(e), NOTHING);
    }
  }

  private void end(Line line, Outcome outcome, byte[] heard) {
    if (line.over) {
      return;
    }
    line.over = true;
    try {
      line.channel.close();
    } catch (IOException e) {
      // What is known about the call stays true.
    }
    finish(line.call, outcome, heard);
  }

  private void finish(Call call, Outcome outcome, byte[] heard) {
    answers.add(new Call.Answer(call, outcome, heard));
  }

  private static Outcome outcome(IOException e) {
    boolean refused =
        e instanceof PortUnreachableException
            || e instanceof ConnectException && String.valueOf(e.getMessage()).contains("refused");
    return refused ? Outcome.REFUSED : Outcome.UNREACHABLE;
  }
}
