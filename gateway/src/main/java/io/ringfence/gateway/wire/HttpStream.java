package io.ringfence.gateway.wire;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.ringfence.gateway.exchange.Departure;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;

/** One request of an engine's REST in HTTP/2. */
final class HttpStream extends Http2Stream {
  private final Answerer<HttpCall, HttpAnswer> answerer;
  private final Client client;

  HttpStream(
      Answerer<HttpCall, HttpAnswer> answerer,
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
    boolean bodiless = head.method().equals("HEAD");
    Departure departure = new Departure();
    answerer
        .answer(
            client.asker(request.secret(), request.traceparent()),
            request.call(bytes, limits().depthMax()),
            departure)
        .whenComplete(
            (answer, failure) ->
                onLoop(
                    () -> {
                      ended();
                      if (answered()) { // it was too late
                        departure.left(/* wholly= */ false);
                      } else {
                        write(failure == null ? answer : failed(), bodiless, departure);
                      }
                    }));
  }

  private HttpAnswer failed() {
    return answerer.refuse(new Refusal(Refusal.Kind.UNAVAILABLE, "the request failed"));
  }

  @Override
  void refuse(Refusal refusal) {
    write(answerer.refuse(refusal), false, Departure.AT_ONCE);
  }

  private void write(HttpAnswer answer, boolean bodiless, Departure departure) {
    answering();
    Http2Headers headers = new DefaultHttp2Headers().status(Integer.toString(answer.status()));
    answer.contentType().ifPresent(t -> headers.set("content-type", t));
    if (answer.status() != 204 && answer.status() != 304) {
      headers.setInt("content-length", answer.body().length);
    }
    answer.retryAfter().ifPresent(t -> headers.setLong("retry-after", t.toSeconds()));
    if (!departure.explanation().isEmpty()) {
      headers.set(Http1Connection.EXPLAIN, departure.explanation());
    }
    boolean empty = bodiless || answer.body().length == 0;
    var head = context().write(new DefaultHttp2HeadersFrame(headers, empty));
    if (empty) {
      head.addListener(last(departure));
      context().flush();
    } else {
      context()
          .writeAndFlush(
              new DefaultHttp2DataFrame(
                  Unpooled.wrappedBuffer(answer.body()), /* endStream= */ true))
          .addListener(last(departure));
    }
  }
}
