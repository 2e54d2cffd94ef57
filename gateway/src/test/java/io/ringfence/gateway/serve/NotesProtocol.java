package io.ringfence.gateway.serve;

import io.ringfence.gateway.engine.Dialogue;
import io.ringfence.gateway.engine.StreamingProtocol;
import io.ringfence.gateway.request.GrpcAnswer;
import io.ringfence.gateway.request.GrpcCall;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.request.Step;
import io.ringfence.gateway.request.Touch;
import io.ringfence.gateway.request.Understanding;
import io.ringfence.model.Action;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** What {@link TestingNotes} speaks: the first word of a message is its collection. */
final class NotesProtocol implements StreamingProtocol {
  private static final Map<String, Dialogue.Form> FORMS =
      Map.of("List", Dialogue.Form.SERVER, "Put", Dialogue.Form.CLIENT, "Talk", Dialogue.Form.BOTH);

  @Override
  public Optional<Dialogue.Form> form(String service, String method) {
    return service.equals(TestingNotes.SERVICE)
        ? Optional.ofNullable(FORMS.get(method))
        : Optional.empty();
  }

  @Override
  public Dialogue begin(String service, String method, Scope scope, int depthMax) {
    return new Notes(method.equals("Put") ? Action.INSERT : Action.QUERY);
  }

  private record Notes(Action action) implements Dialogue {
    @Override
    public Question question(byte[] message) throws RefusedException {
      String text = new String(message, StandardCharsets.UTF_8);
      if (!text.matches("[a-z]+[0-9]*( .*)?")) {
        throw new RefusedException(Refusal.Kind.MALFORMED, "no collection is named");
      }
      String collection = "acme-" + text.split(" ")[0];
      return new Question(
          Operation.of("notes", Touch.of(action, collection)), bytes("acme-" + text));
    }

    @Override
    public byte[] answer(byte[] message) throws RefusedException {
      String text = new String(message, StandardCharsets.UTF_8);
      if (!text.startsWith("acme")) {
        throw new RefusedException(Refusal.Kind.WITHHELD, "the answer holds what was not asked");
      }
      return bytes(text.substring("acme/".length()));
    }

    @Override
    public GrpcAnswer end(GrpcAnswer status) {
      return status.status() == GrpcAnswer.OK
          ? status
          : GrpcAnswer.failed(status.status(), "the database refuses");
    }

    private static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  @Override
  public Understanding<GrpcCall, GrpcAnswer> understand(GrpcCall request, Scope scope)
      throws RefusedException {
    if (!request.method().equals("Get")) {
      throw new RefusedException(Refusal.Kind.DENIED, "there is no such method");
    }
    Notes notes = new Notes(Action.QUERY);
    Dialogue.Question question = notes.question(request.message());
    GrpcCall call = new GrpcCall(request.service(), "Get", question.message());
    return new Understanding.Classified<>(
        question.operation(),
        () ->
            new Step.Ask<>(call, a -> new Step.Answer<>(GrpcAnswer.ok(notes.answer(a.message())))));
  }

  @Override
  public GrpcAnswer refuse(Refusal refusal) {
    int status =
        switch (refusal.kind()) {
          case MALFORMED -> 3;
          case TIMED_OUT -> 4;
          case NOT_FOUND -> 5;
          case DENIED -> 7;
          case TOO_LARGE, TOO_MANY -> 8;
          case UNSUPPORTED -> 12;
          case WITHHELD -> 13;
          case UNAVAILABLE -> 14;
          case UNAUTHENTICATED -> 16;
        };
    return GrpcAnswer.failed(status, refusal.text());
  }
}
