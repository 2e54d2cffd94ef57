package io.ringfence.gateway.wire;

import io.ringfence.gateway.request.GrpcAnswer;
import io.ringfence.gateway.request.GrpcCall;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.request.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/**
 * Writes down what reaches it, and answers with what it is told to.
 *
 * @param <C> a request
 * @param <A> its answer
 */
final class TestingAnswerer<C, A> implements Answerer<C, A> {
  private final ConcurrentLinkedQueue<C> seen = new ConcurrentLinkedQueue<>();
  private final Function<Refusal, A> refusals;
  private final Function<C, String> words;
  volatile Function<C, CompletionStage<A>> answers;
  volatile Asker lastAsker;

  private TestingAnswerer(
      Function<C, CompletionStage<A>> answers,
      Function<Refusal, A> refusals,
      Function<C, String> words) {
    this.answers = answers;
    this.refusals = refusals;
    this.words = words;
  }

  /** Answers with the path and the body's length. */
  static TestingAnswerer<HttpCall, HttpAnswer> http() {
    return new TestingAnswerer<>(
        call -> CompletableFuture.completedStage(text(200, words(call) + call.body().length)),
        refusal -> text(status(refusal.kind()), refusal.kind() + ": " + refusal.text()),
        TestingAnswerer::words);
  }

  /** Answers with the message it is sent. */
  static TestingAnswerer<GrpcCall, GrpcAnswer> grpc() {
    return new TestingAnswerer<>(
        call -> CompletableFuture.completedStage(GrpcAnswer.ok(call.message())),
        refusal -> GrpcAnswer.failed(3, refusal.kind() + ": " + refusal.text()),
        call -> call.service() + "/" + call.method());
  }

  static HttpAnswer text(int status, String text) {
    return new HttpAnswer(status, Optional.of("text/plain"), text.getBytes(StandardCharsets.UTF_8));
  }

  private static String words(HttpCall call) {
    return call.method() + " /" + String.join("/", call.path()) + " ";
  }

  private static int status(Refusal.Kind kind) {
    return switch (kind) {
      case TOO_LARGE -> 413;
      case UNAUTHENTICATED -> 401;
      case TIMED_OUT -> 408;
      default -> 400;
    };
  }

  @Override
  public CompletionStage<A> answer(Asker asker, C request) {
    lastAsker = asker;
    seen.add(request);
    return answers.apply(request);
  }

  @Override
  public A refuse(Refusal refusal) {
    return refusals.apply(refusal);
  }

  /** The one that came first. */
  C first() {
    return seen.peek();
  }

  List<String> seen() {
    return seen.stream().map(words).map(String::strip).toList();
  }
}
