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
import java.util.concurrent.TimeUnit;

/** One unary call over gRPC. */
final class GrpcStream extends Http2Stream {
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
    GrpcHead named = GrpcHead.of(head);
    GrpcCall call =
        new GrpcCall(
            named.service(), named.method(), GrpcFraming.message(bytes), limits().depthMax());
    Asker asker = client.asker(named.secret(), named.traceparent());
    named.timeout().ifPresent(this::setAlarm);
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
        new DefaultHttp2Headers().status("200").set("content-type", GrpcHead.CONTENT_TYPE);
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

  static Http2Headers trailers(Http2Headers headers, GrpcAnswer answer) {
    headers.setInt("grpc-status", answer.status());
    if (!answer.text().isEmpty()) {
      headers.set("grpc-message", GrpcFraming.encoded(answer.text()));
    }
    return headers;
  }
}
