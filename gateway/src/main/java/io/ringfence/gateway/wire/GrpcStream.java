package io.ringfence.gateway.wire;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.concurrent.Future;
import io.ringfence.gateway.exchange.Departure;
import io.ringfence.gateway.request.GrpcAnswer;
import io.ringfence.gateway.request.GrpcCall;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One unary call over gRPC. */
final class GrpcStream extends Http2Stream {
  private static final String CONTENT_TYPE = "application/grpc";

  private final Answerer<GrpcCall, GrpcAnswer> answerer;
  private final Client client;
  private Future<?> alarm;
  private boolean done;

  GrpcStream(
      Answerer<GrpcCall, GrpcAnswer> answerer,
      Client client,
      WireLimits limits,
      Connections connections) {
    super(limits, connections);
    this.answerer = answerer;
    this.client = client;
  }

  @Override
  void take(Http2Request head, byte[] bytes) throws RefusedException {
    RequestHead request = RequestHead.of(head.method(), head.target(), head.fields());
    GrpcCall call = call(request, head.fields(), bytes, limits().depthMax());
    Asker asker = client.asker(request.secret(), request.traceparent());
    GrpcFraming.timeout(head.fields()).ifPresent(this::setAlarm);
    Departure departure = new Departure();
    answerer
        .answer(asker, call, departure)
        .whenComplete(
            (answer, failure) ->
                onLoop(
                    () -> {
                      ended();
                      write(failure == null ? answer : failed(), departure);
                    }));
  }

  private static GrpcCall call(RequestHead request, HeaderFields fields, byte[] bytes, int depthMax)
      throws RefusedException {
    Optional<String> type = request.contentType();
    boolean grpc =
        request.method().equals("POST")
            && type.filter(t -> t.equals(CONTENT_TYPE) || t.equals(CONTENT_TYPE + "+proto"))
                .isPresent();
    if (!grpc) {
      throw HeaderFields.malformed("this is no call over gRPC");
    }
    if (fields.one("grpc-encoding").filter(e -> !e.equals("identity")).isPresent()) {
      throw new RefusedException(Refusal.Kind.UNSUPPORTED, "compressed messages are not served");
    }
    boolean named = request.target().path().size() == 2 && request.target().query().isEmpty();
    if (!named) {
      throw HeaderFields.malformed("the path is not `/SERVICE/METHOD`");
    }
    return new GrpcCall(
        request.target().path().getFirst(),
        request.target().path().getLast(),
        GrpcFraming.message(bytes),
        depthMax);
  }

  private void setAlarm(Duration time) {
    alarm =
        context()
            .executor()
            .schedule(
                () -> refuse(new Refusal(Refusal.Kind.TIMED_OUT, "the deadline is over")),
                time.toNanos(),
                TimeUnit.NANOSECONDS);
  }

  private GrpcAnswer failed() {
    return answerer.refuse(new Refusal(Refusal.Kind.UNAVAILABLE, "the request failed"));
  }

  @Override
  void refuse(Refusal refusal) {
    write(answerer.refuse(refusal), Departure.AT_ONCE);
  }

  private void write(GrpcAnswer answer, Departure departure) {
    if (done) {
      departure.left(/* wholly= */ false);
      return; // the deadline was before it
    }
    done = true;
    if (alarm != null) {
      alarm.cancel(false);
    }
    answering();
    Http2Headers headers =
        new DefaultHttp2Headers().status("200").set("content-type", CONTENT_TYPE);
    if (answer.status() == GrpcAnswer.OK) {
      context().write(new DefaultHttp2HeadersFrame(headers));
      context()
          .write(
              new DefaultHttp2DataFrame(
                  Unpooled.wrappedBuffer(GrpcFraming.framed(answer.message()))));
      write(trailers(new DefaultHttp2Headers(), answer), departure);
    } else {
      write(trailers(headers, answer), departure);
    }
  }

  private void write(Http2Headers trailers, Departure departure) {
    if (!departure.explanation().isEmpty()) {
      trailers.set(Http1Connection.EXPLAIN, departure.explanation());
    }
    context()
        .writeAndFlush(new DefaultHttp2HeadersFrame(trailers, /* endStream= */ true))
        .addListener(last(departure));
  }

  private static Http2Headers trailers(Http2Headers headers, GrpcAnswer answer) {
    headers.setInt("grpc-status", answer.status());
    if (!answer.text().isEmpty()) {
      headers.set("grpc-message", GrpcFraming.encoded(answer.text()));
    }
    return headers;
  }
}
