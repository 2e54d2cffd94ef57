package io.ringfence.gateway.serve;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A small service of streaming calls, by grpc-java, whose messages are text. What a call says first
 * tells what it is answered.
 */
final class TestingNotes implements BindableService, AutoCloseable {
  static final String SERVICE = "notes.Notes";

  private static final MethodDescriptor.Marshaller<String> TEXT =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(String value) {
          return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
          try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  /** A call that lists: one question, many answers. */
  static final MethodDescriptor<String, String> LIST =
      method("List", MethodDescriptor.MethodType.SERVER_STREAMING);

  static final MethodDescriptor<String, String> PUT =
      method("Put", MethodDescriptor.MethodType.CLIENT_STREAMING);

  static final MethodDescriptor<String, String> TALK =
      method("Talk", MethodDescriptor.MethodType.BIDI_STREAMING);

  static final MethodDescriptor<String, String> GET =
      method("Get", MethodDescriptor.MethodType.UNARY);

  final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
  final ConcurrentLinkedQueue<Metadata> heads = new ConcurrentLinkedQueue<>();
  final AtomicInteger said = new AtomicInteger();
  final AtomicInteger cancelled = new AtomicInteger();
  final AtomicInteger halfClosed = new AtomicInteger();

  /** Whether it reads no more than the first message of a call. */
  volatile boolean deaf;

  private final Server server;

  TestingNotes() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(this)
            .build()
            .start();
  }

  static MethodDescriptor<String, String> method(String name, MethodDescriptor.MethodType type) {
    return MethodDescriptor.<String, String>newBuilder()
        .setFullMethodName(SERVICE + "/" + name)
        .setType(type)
        .setRequestMarshaller(TEXT)
        .setResponseMarshaller(TEXT)
        .build();
  }

  InetSocketAddress socket() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
  }

  @Override
  public ServerServiceDefinition bindService() {
    ServerCallHandler<String, String> handler =
        (call, head) -> {
          heads.add(head);
          call.request(1);
          return new Answering(call);
        };
    return ServerServiceDefinition.builder(SERVICE)
        .addMethod(LIST, handler)
        .addMethod(PUT, handler)
        .addMethod(TALK, handler)
        .addMethod(GET, handler)
        .build();
  }

  /** One call. */
  private final class Answering extends ServerCall.Listener<String> {
    private final ServerCall<String, String> call;
    private boolean headed;
    private boolean over;
    private int left;
    private int size;
    private int count;

    Answering(ServerCall<String, String> call) {
      this.call = call;
    }

    @Override
    public void onMessage(String message) {
      heard.add(message);
      count++;
      String[] words = message.split(" ");
      switch (words.length > 1 ? words[1] : "") {
        case "list" -> {
          left = Integer.parseInt(words[2]);
          size = Integer.parseInt(words[3]);
          onReady();
        }
        case "foreign" -> {
          say("acme/one");
          say("globex/two");
          say("acme/three");
        }
        case "fail" -> {
          say("acme/one");
          end(Status.NOT_FOUND.withDescription("globex/secret is not there"));
        }
        case "begin" -> say("acme/begun");
        case "echo" -> say(words[0] + " " + words[2]);
        default -> {}
      }
      if (!deaf && !over) {
        call.request(1);
      }
    }

    private void say(String text) {
      if (!headed) {
        headed = true;
        call.sendHeaders(new Metadata());
      }
      call.sendMessage(text);
      said.incrementAndGet();
    }

    private void end(Status status) {
      over = true;
      call.close(status, new Metadata());
    }

    @Override
    public void onReady() {
      while (left > 0 && call.isReady()) {
        left--;
        say("acme/" + "x".repeat(size));
        if (left == 0) {
          end(Status.OK);
        }
      }
    }

    @Override
    public void onHalfClose() {
      halfClosed.incrementAndGet();
      MethodDescriptor.MethodType type = call.getMethodDescriptor().getType();
      if (type.serverSendsOneMessage()) {
        say("acme/" + count);
        end(Status.OK);
      } else if (type == MethodDescriptor.MethodType.BIDI_STREAMING && !over) {
        end(Status.OK);
      }
    }

    @Override
    public void onCancel() {
      cancelled.incrementAndGet();
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
