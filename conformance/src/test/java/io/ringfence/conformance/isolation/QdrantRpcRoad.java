package io.ringfence.conformance.isolation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.Status;
import io.ringfence.conformance.gateway.StandInQdrant;
import io.ringfence.gateway.engine.qdrant.Egress;
import io.ringfence.gateway.engine.qdrant.QdrantGrpc;
import io.ringfence.gateway.engine.qdrant.QdrantGuard;
import io.ringfence.gateway.request.GrpcCall;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.wire.GrpcUpstream;
import io.ringfence.gateway.wire.Listener;
import io.ringfence.gateway.wire.Upstream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

/** The same requests over gRPC: to the gateway's listener for it, and to the twins'. */
final class QdrantRpcRoad implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of so many calls one is bytes. */
  private static final int RAW_EACH = 30;

  /** Of so many calls one is what only operators may. */
  private static final int OPERATOR_EACH = 40;

  /** No message of the interface has a field of this number. */
  private static final int UNKNOWN_FIELD = 1_000;

  private final ConcurrentLinkedQueue<GrpcCall> asked = new ConcurrentLinkedQueue<>();
  private final AtomicReference<Optional<Operation>> classified;
  private final boolean whole;
  private final HttpBytes bytes = HttpBytes.ofGrpc();
  private final List<Tenant> tenants;

  private record Tenant(String name, GrpcPeer gateway, HttpPeer raw, GrpcPeer twin) {
    boolean names() {
      return name.equals("alpha");
    }
  }

  /**
   * @param twins of alpha and beta
   * @param raw what a tenant's other member is called by
   * @param classified what the gateway took the last call of a tenant for
   */
  QdrantRpcRoad(
      TestingGateway gateway,
      StandInQdrant shared,
      List<StandInQdrant> twins,
      Set<QdrantGuard> guards,
      String raw,
      AtomicReference<Optional<Operation>> classified)
      throws IOException {
    this.classified = classified;
    this.whole = guards.equals(QdrantGuard.ALL);
    GrpcUpstream upstream =
        new GrpcUpstream(
            gateway.transport(), Upstream.of(shared.grpc(), Optional.empty(), () -> Map.of()));
    QdrantGrpc protocol = new QdrantGrpc(Egress.NONE, guards);
    int port =
        gateway.listen(
            new Listener.Speech.Grpc(
                gateway.answering(
                    protocol,
                    question -> {
                      asked.add(question);
                      return upstream.ask(question);
                    })));
    int rawPort = gateway.listen(new Listener.Speech.Grpc(gateway.answering(protocol, upstream)));
    tenants =
        List.of(
            tenant(gateway, "alpha", port, rawPort, raw, twins.get(0)),
            tenant(gateway, "beta", port, rawPort, raw, twins.get(1)));
  }

  private static Tenant tenant(
      TestingGateway gateway, String name, int port, int rawPort, String raw, StandInQdrant twin)
      throws IOException {
    gateway.site().workload(name);
    return new Tenant(
        name,
        GrpcPeer.inTls(port, gateway.site().keys(), name),
        new HttpPeer(rawPort, Optional.of(gateway.site().client(name + raw))),
        GrpcPeer.inTheClear(twin.grpc().getPort()));
  }

  Subject.Attempt next(SplittableRandom random) {
    Tenant tenant = tenants.get(random.nextInt(tenants.size()));
    if (random.nextInt(RAW_EACH) == 0) {
      return new RawAttempt(tenant.name(), tenant.raw(), bytes.next(random));
    }
    while (true) {
      QdrantRequests.Wanted wanted =
          random.nextInt(OPERATOR_EACH) == 0
              ? operator(random.nextBoolean() ? "GET" : "POST")
              : QdrantRequests.next(random, tenant.names());
      boolean odd =
          wanted.kind() == Subject.Kind.ODD && !wanted.operation().equals("foreign_points");
      if (odd) {
        wanted = QdrantRequests.valid(random, tenant.names()).as(Subject.Kind.ODD);
        if (wanted.changes() && !tenant.names()) {
          continue; // the twin would have to be asked otherwise, which bytes cannot be
        }
      }
      Optional<QdrantRpcs.Rpc> rpc = QdrantRpcs.of(wanted.method(), wanted.path(), wanted.body());
      if (rpc.isPresent()) {
        byte[] sent = rpc.get().request().toByteArray();
        return new Call(
            tenant,
            refused(tenant, wanted),
            rpc.get(),
            odd ? otherwise(random, tenant.names(), rpc.get(), sent) : sent,
            odd);
      }
    }
  }

  /** What is the operators' over gRPC too: copies of all that the server has. */
  private static QdrantRequests.Wanted operator(String method) {
    return new QdrantRequests.Wanted(
        "forbidden",
        Subject.Kind.FORBIDDEN,
        method.equals("POST"),
        /* compared= */ false,
        method,
        List.of("snapshots"),
        Optional.empty(),
        new byte[0],
        Optional.empty());
  }

  /** Terms of a shared collection are not searched for over gRPC. */
  private static QdrantRequests.Wanted refused(Tenant tenant, QdrantRequests.Wanted wanted) {
    boolean terms =
        !tenant.names()
            && wanted.operation().equals("query")
            && new String(wanted.body(), StandardCharsets.UTF_8).contains("\"using\":\"s\"");
    return terms && wanted.kind() == Subject.Kind.VALID
        ? wanted.as(Subject.Kind.FORBIDDEN)
        : wanted;
  }

  /** The message in bytes that no client writes. */
  private static byte[] otherwise(
      SplittableRandom random, boolean names, QdrantRpcs.Rpc rpc, byte[] sent) {
    return switch (random.nextInt(6)) {
      case 0 -> PostgresqlPeer.joined(sent, unknown(UNKNOWN_FIELD, "gamma-secret"));
      case 1 -> PostgresqlPeer.joined(unknown(UNKNOWN_FIELD, "x"), sent);
      case 2 -> Arrays.copyOf(sent, random.nextInt(sent.length + 1));
      // Of a shared collection a point that is asked for twice is shown once.
      case 3 -> names ? PostgresqlPeer.joined(sent, sent) : sent;
      case 4 -> PostgresqlPeer.joined(sent, new byte[] {(byte) 0xff, (byte) 0xff, 0x0f});
      default ->
          rpc.request().getDescriptorForType().findFieldByName("collection_name") == null
              ? sent
              : PostgresqlPeer.joined(unknown(1, "gamma-secret"), sent);
    };
  }

  private static byte[] unknown(int field, String value) {
    return UnknownFieldSet.newBuilder()
        .addField(
            field,
            UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(ByteString.copyFromUtf8(value))
                .build())
        .build()
        .toByteArray();
  }

  /** A call, for either side. */
  private final class Call implements Subject.Attempt {
    private final Tenant tenant;
    private final QdrantRequests.Wanted wanted;
    private final QdrantRpcs.Rpc rpc;
    private final byte[] sent;
    private final boolean odd;

    /**
     * @param odd whether its bytes are not those that the message has
     */
    Call(
        Tenant tenant, QdrantRequests.Wanted wanted, QdrantRpcs.Rpc rpc, byte[] sent, boolean odd) {
      this.tenant = tenant;
      this.wanted = wanted;
      this.rpc = rpc;
      this.sent = sent;
      this.odd = odd;
    }

    @Override
    public String operation() {
      return "gRPC " + wanted.operation();
    }

    @Override
    public Subject.Kind kind() {
      return wanted.kind();
    }

    @Override
    public boolean changes() {
      return wanted.changes();
    }

    @Override
    public String text() {
      return "%s %s %s/%s %s %s"
          .formatted(
              tenant.name(),
              wanted.kind(),
              rpc.service(),
              rpc.method(),
              QdrantRpcs.json(rpc.request()),
              odd ? "as bytes " + new String(sent, StandardCharsets.UTF_8) : "");
    }

    @Override
    public Subject.Answer throughGateway() throws IOException {
      asked.clear();
      classified.set(Optional.empty());
      return answer(tenant.gateway().ask(rpc.service(), rpc.method(), sent), false);
    }

    @Override
    public Optional<String> misread() throws IOException {
      Optional<Operation> read = classified.get();
      if (read.isEmpty() || !whole || odd) {
        return Optional.empty();
      }
      Set<String> touches = QdrantReference.text(read.get().touches());
      Set<String> reference =
          QdrantReference.of(
              wanted.method(), wanted.path(), wanted.body(), tenant.names() ? "alpha-" : "");
      boolean alias = wanted.operation().equals("alias");
      return touches.equals(reference) || (alias && touches.containsAll(reference))
          ? Optional.empty()
          : Optional.of("is classified as " + touches + ", and by the reference " + reference);
    }

    @Override
    public boolean reached() {
      return asked.stream().anyMatch(q -> q.method().equals(rpc.method()));
    }

    @Override
    public boolean refused(Subject.Answer gateway) {
      return !gateway.good() && !reached();
    }

    @Override
    public Subject.Answer onTwin() throws IOException {
      if (wanted.missing().isPresent()) {
        byte[] other =
            QdrantRpcs.of(wanted.method(), wanted.missing().get(), wanted.body())
                .orElseThrow()
                .request()
                .toByteArray();
        return answer(tenant.gateway().ask(rpc.service(), rpc.method(), other), false);
      }
      return answer(tenant.twin().ask(rpc.service(), rpc.method(), onTwin(sent)), true);
    }

    /** In a shared collection points are changed by a filter, so that a missing one is none. */
    private byte[] onTwin(byte[] same) throws IOException {
      if (odd || tenant.names() || !wanted.changes() || wanted.body().length == 0) {
        return same;
      }
      JsonNode body = QdrantSubject.byFilter(JSON.readTree(wanted.body()));
      return QdrantRpcs.of(wanted.method(), wanted.path(), JSON.writeValueAsBytes(body))
          .orElseThrow()
          .request()
          .toByteArray();
    }

    private Subject.Answer answer(GrpcPeer.Answer answer, boolean twin) throws IOException {
      boolean good = answer.code() == Status.Code.OK;
      String raw = good ? message(answer.message()).toString() : answer.text();
      boolean foreign = wanted.kind() == Subject.Kind.FOREIGN;
      boolean compared = wanted.compared() && (good || foreign);
      return new Subject.Answer(
          status(answer.code()),
          compared ? Optional.of(content(raw, twin)) : Optional.empty(),
          raw);
    }

    private JsonNode message(byte[] bytes) throws InvalidProtocolBufferException {
      return QdrantRpcs.json(rpc.answer().newBuilderForType().mergeFrom(bytes).build());
    }

    private String content(String raw, boolean twin) throws IOException {
      if (kind() == Subject.Kind.FOREIGN) {
        return raw.replaceAll("gamma|nobody", "SOMEBODY");
      }
      boolean numbered = twin || tenant.names();
      return wanted.operation().equals("get_collection")
          ? described(raw, numbered)
          : QdrantSubject.normal(raw, numbered);
    }
  }

  /** What is told of a collection: its vectors, and of a shared one nothing else. */
  private static String described(String raw, boolean countless) throws IOException {
    JsonNode result = JSON.readTree(raw).path("result");
    ObjectNode out = JSON.createObjectNode();
    JsonNode params = result.path("config").path("params");
    out.set("vectors", params.path("vectors_config"));
    out.set("sparse", params.path("sparse_vectors_config"));
    out.put("counts", !countless && result.path("points_count").asLong() > 0);
    out.put("indexed", !countless && !result.path("payload_schema").isEmpty());
    return out.toString();
  }

  private static int status(Status.Code code) {
    return switch (code) {
      case OK -> 200;
      case NOT_FOUND -> 404;
      case UNKNOWN, INTERNAL, UNAVAILABLE, DEADLINE_EXCEEDED, DATA_LOSS -> 500;
      case PERMISSION_DENIED -> 403;
      case CANCELLED,
          INVALID_ARGUMENT,
          ALREADY_EXISTS,
          RESOURCE_EXHAUSTED,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          UNAUTHENTICATED ->
          400;
    };
  }

  @Override
  public void close() {
    for (Tenant tenant : tenants) {
      tenant.gateway().close();
      tenant.twin().close();
    }
  }
}
