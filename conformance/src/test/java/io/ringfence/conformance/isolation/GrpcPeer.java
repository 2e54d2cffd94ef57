package io.ringfence.conformance.isolation;

import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A client of gRPC that keeps one connection, and sends whatever message it is given. */
final class GrpcPeer implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;

  private final ManagedChannel channel;

  private GrpcPeer(int port, ChannelCredentials credentials) {
    channel = Grpc.newChannelBuilder("localhost:" + port, credentials).directExecutor().build();
  }

  /**
   * What was answered.
   *
   * @param message empty unless the code is that of success
   */
  record Answer(Status.Code code, String text, byte[] message) {}

  static GrpcPeer inTheClear(int port) {
    return new GrpcPeer(port, InsecureChannelCredentials.create());
  }

  /**
   * @param keys has the certificate and key of a workload, and the authority's
   */
  static GrpcPeer inTls(int port, Path keys, String workload) throws IOException {
    return new GrpcPeer(
        port,
        TlsChannelCredentials.newBuilder()
            .trustManager(keys.resolve("ca.pem").toFile())
            .keyManager(
                keys.resolve(workload + ".pem").toFile(), keys.resolve(workload + ".key").toFile())
            .build());
  }

  Answer ask(String service, String method, byte[] message) {
    MethodDescriptor<byte[], byte[]> call =
        MethodDescriptor.newBuilder(Bytes.AS_THEY_ARE, Bytes.AS_THEY_ARE)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(service, method))
            .build();
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    try {
      byte[] answer = ClientCalls.blockingUnaryCall(channel, call, options, message);
      return new Answer(Status.Code.OK, "", answer);
    } catch (StatusRuntimeException e) {
      String text = e.getStatus().getDescription();
      return new Answer(e.getStatus().getCode(), text == null ? "" : text, new byte[0]);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  /** Messages as their bytes. */
  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    AS_THEY_ARE;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
