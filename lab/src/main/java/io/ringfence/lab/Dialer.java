package io.ringfence.lab;

import io.ringfence.agent.kernel.SocketOwner;
import io.ringfence.model.Protocol;
import java.io.IOException;
import java.net.NoRouteToHostException;
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
import java.util.concurrent.Semaphore;

/**
 * Makes many calls at once from one namespace, each bounded in time: TCP and UDP by Java's own
 * channels, ICMP by {@link Pinger}. It runs on the namespace's thread.
 */
final class Dialer {
  private static final int HEARD_BYTES_MAX = 4096;
  private static final byte[] NOTHING = {};

  /** The kernel's words for a way that is closed; the last two for a filter of the caller's own. */
  private static final List<String> UNREACHABLE =
      List.of(
          "Network is unreachable",
          "Host is unreachable",
          "No route to host",
          "Connection timed out",
          "Operation not permitted",
          "Permission denied");

  private final Duration timeout;
  private final Pace pace;
  private final Semaphore sockets;
  private final List<Call.Answer> answers = new ArrayList<>();
  private final Deque<Line> lines = new ArrayDeque<>();

  private Dialer(Duration timeout, Pace pace, Semaphore sockets) {
    this.timeout = timeout;
    this.pace = pace;
    this.sockets = sockets;
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
    private byte[] heard = NOTHING;

    Line(Call call, SelectableChannel channel, long now, Duration timeout) {
      this.call = call;
      this.channel = channel;
      this.deadline = now + timeout.toNanos();
      this.again = now + timeout.toNanos() / 2;
    }
  }

  /**
   * Makes the calls; every one has an answer, in no particular order.
   *
   * @param sockets how many may be open, by all that dial together
   */
  static List<Call.Answer> dial(List<Call> calls, Duration timeout, Pace pace, Semaphore sockets)
      throws IOException {
    Dialer dialer = new Dialer(timeout, pace, sockets);
    List<Call> pings = calls.stream().filter(c -> c.protocol().isIcmp()).toList();
    dialer.answers.addAll(Pinger.ping(pings, timeout, pace));
    dialer.run(calls.stream().filter(c -> !c.protocol().isIcmp()).toList());
    return dialer.answers;
  }

  private void run(List<Call> calls) throws IOException {
    Deque<Call> waiting = new ArrayDeque<>(calls);
    try (Selector selector = Selector.open()) {
      while (!waiting.isEmpty() || !lines.isEmpty()) {
        boolean full = false;
        while (!waiting.isEmpty() && !full) {
          full = !start(waiting.peek(), selector);
          if (!full) {
            waiting.remove();
          }
        }
        selector.select(this::ready, millisToWait(waiting.isEmpty()));
        expire();
      }
    }
  }

  private long millisToWait(boolean allStarted) {
    if (!allStarted || lines.isEmpty()) {
      return 2;
    }
    long next = lines.peek().deadline - System.nanoTime();
    return Math.clamp(next / 1_000_000, 1, Math.max(1, timeout.toMillis() / 4));
  }

  /** False when the call must wait for others to end. */
  private boolean start(Call call, Selector selector) {
    if (!Sockets.canOpen(call.to().address())) {
      finish(call, Outcome.UNREACHABLE, NOTHING);
      return true;
    }
    if (!sockets.tryAcquire()) {
      return false;
    }
    if (!pace.permits()) {
      sockets.release();
      return false;
    }
    try {
      if (call.protocol().equals(Protocol.TCP)) {
        startTcp(call, selector);
      } else {
        startUdp(call, selector);
      }
    } catch (IOException e) {
      sockets.release();
      finish(call, outcome(e), NOTHING);
    }
    return true;
  }

  private void startTcp(Call call, Selector selector) throws IOException {
    SocketChannel channel = SocketOwner.call(call.user(), () -> Sockets.caller(call.source()));
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
    DatagramChannel channel =
        SocketOwner.call(call.user(), () -> Sockets.receive(call.source(), 0));
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
      } else if (key.isReadable() && hear(line)) {
        end(line, Outcome.ANSWERED);
      }
    } catch (IOException e) {
      end(line, line.connected ? Outcome.ANSWERED : outcome(e));
    }
  }

  private void connected(Line line, SelectionKey key) throws IOException {
    line.connected = true;
    if (line.call.until() == Call.Until.CONNECTED) {
      end(line, Outcome.ANSWERED);
      return;
    }
    ((SocketChannel) key.channel()).write(ByteBuffer.wrap(line.call.say()));
    key.interestOps(SelectionKey.OP_READ);
  }

  /** True when nothing more needs to be heard. */
  private static boolean hear(Line line) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(HEARD_BYTES_MAX);
    buffer.put(line.heard);
    int read =
        switch (line.channel) {
          case SocketChannel c -> c.read(buffer);
          case DatagramChannel c -> c.read(buffer);
          default -> throw new IllegalStateException("a line is TCP or UDP");
        };
    line.heard = new byte[buffer.flip().remaining()];
    buffer.get(line.heard);
    return read < 0 || line.heard.length == HEARD_BYTES_MAX || line.call.isSatisfied(line.heard);
  }

  /** Ends what is late, and says once more what UDP may have lost. */
  private void expire() {
    long now = System.nanoTime();
    while (!lines.isEmpty() && (lines.peek().over || lines.peek().deadline <= now)) {
      Line line = lines.remove();
      if (!line.over) {
        end(line, line.connected ? Outcome.ANSWERED : Outcome.SILENT);
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
      end(line, outcome(e));
    }
  }

  private void end(Line line, Outcome outcome) {
    if (line.over) {
      return;
    }
    line.over = true;
    try {
      line.channel.close();
    } catch (IOException e) {
      // What is known about the call stays true.
    }
    sockets.release();
    finish(line.call, outcome, line.heard);
  }

  private void finish(Call call, Outcome outcome, byte[] heard) {
    answers.add(new Call.Answer(call, outcome, heard));
  }

  /** What an error says about the way; any other is ours, and must not pass for a verdict. */
  private static Outcome outcome(IOException e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof PortUnreachableException || message.contains("Connection refused")) {
      return Outcome.REFUSED;
    }
    if (e instanceof NoRouteToHostException || UNREACHABLE.stream().anyMatch(message::contains)) {
      return Outcome.UNREACHABLE;
    }
    throw new LabUnavailable("cannot call: " + e.getMessage(), e);
  }
}
