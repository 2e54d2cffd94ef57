package io.ringfence.gateway.serve;

import io.ringfence.gateway.doctor.ChromaCheck;
import io.ringfence.gateway.doctor.Clientele;
import io.ringfence.gateway.doctor.Diagnosis;
import io.ringfence.gateway.doctor.QdrantCheck;
import io.ringfence.gateway.doctor.Visit;
import io.ringfence.gateway.engine.Protocol;
import io.ringfence.gateway.engine.chroma.ChromaProtocol;
import io.ringfence.gateway.engine.qdrant.Egress;
import io.ringfence.gateway.engine.qdrant.QdrantGrpc;
import io.ringfence.gateway.engine.qdrant.QdrantRest;
import io.ringfence.gateway.request.GrpcAnswer;
import io.ringfence.gateway.request.GrpcCall;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.wire.SessionProtocol;
import io.ringfence.gateway.wire.postgresql.PostgresqlDoor;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The engines that the gateway speaks: one row for each service of each. */
final class Engines {
  static final List<Row> ROWS =
      List.of(
          new Http(
              "chroma",
              "rest",
              egress -> new ChromaProtocol(),
              ChromaCheck::examine,
              Map.of("token", Engines::chromaToken, "bearer", Engines::bearer)),
          new Http(
              "qdrant",
              "rest",
              QdrantRest::new,
              (visit, clientele) -> QdrantCheck.examine(visit),
              Map.of("api-key", Engines::apiKey, "bearer", Engines::bearer)),
          new Grpc(
              "qdrant",
              "grpc",
              QdrantGrpc::new,
              Map.of("api-key", Engines::apiKey, "bearer", Engines::bearer)),
          new Own("postgresql", "sql", new PostgresqlDoor()));

  private Engines() {}

  /** A service that the gateway speaks. */
  sealed interface Row {
    /** The engine's name in the catalogue. */
    String engine();

    /** The service's name in the catalogue. */
    String service();
  }

  /** A header with which the gateway logs in to a database. */
  record Header(String name, String value) {}

  /** Looks at a database over HTTP. */
  @FunctionalInterface
  interface VisitExaminer {
    Diagnosis examine(Visit visit, Clientele clientele) throws IOException;
  }

  /**
   * REST.
   *
   * @param protocol by what the database may be made to fetch
   * @param examiner looks at what the database's own settings leave open
   * @param logins by the credential's name in the blueprint, the header that shows it
   */
  record Http(
      String engine,
      String service,
      Function<Egress, Protocol<HttpCall, HttpAnswer>> protocol,
      VisitExaminer examiner,
      Map<String, Function<String, Header>> logins)
      implements Row {}

  /**
   * gRPC.
   *
   * @param protocol by what the database may be made to fetch; a {@link
   *     io.ringfence.gateway.engine.StreamingProtocol} where some methods stream
   */
  record Grpc(
      String engine,
      String service,
      Function<Egress, Protocol<GrpcCall, GrpcAnswer>> protocol,
      Map<String, Function<String, Header>> logins)
      implements Row {}

  /** A protocol with sessions of its own. */
  record Own(String engine, String service, SessionProtocol protocol) implements Row {}

  static Optional<Row> find(String engine, String service) {
    return ROWS.stream()
        .filter(r -> r.engine().equals(engine) && r.service().equals(service))
        .findFirst();
  }

  private static Header chromaToken(String secret) {
    return new Header("x-chroma-token", secret);
  }

  private static Header apiKey(String secret) {
    return new Header("api-key", secret);
  }

  private static Header bearer(String secret) {
    return new Header("authorization", "Bearer " + secret);
  }
}
