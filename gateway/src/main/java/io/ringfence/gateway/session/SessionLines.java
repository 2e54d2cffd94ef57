package io.ringfence.gateway.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** How what is kept of sessions is written: one JSON object a line. */
final class SessionLines {
  private static final int DEPTH_MAX = 2;
  private static final StrictJson JSON = new StrictJson(DEPTH_MAX);

  private SessionLines() {}

  static byte[] write(SessionStore.Entry entry) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    switch (entry) {
      case SessionStore.Entry.OfSession kept -> {
        Session session = kept.session();
        out.put("kept", "session")
            .put("id", session.id())
            .put("caller", session.caller())
            .put("rule", session.rule())
            .put("since", session.since().toString())
            .put("until", session.until().toString())
            .put("generation", kept.generation());
        switch (session.state()) {
          case Session.State.Live live -> live.approver().ifPresent(a -> out.put("approver", a));
          case Session.State.Revoked r -> out.put("revoked", true);
          case Session.State.Waiting w ->
              throw new IllegalArgumentException("what waits is not kept");
        }
      }
      case SessionStore.Entry.Turned kept ->
          out.put("kept", "turned").put("generation", kept.generation());
      case SessionStore.Entry.Revoked kept ->
          out.put("kept", "revoked").put("what", kept.what().text());
      case SessionStore.Entry.Reinstated kept ->
          out.put("kept", "reinstated").put("what", kept.what().text());
    }
    return (new String(JSON.write(out), StandardCharsets.UTF_8) + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @throws SessionException when the line is none of these
   */
  static SessionStore.Entry read(byte[] line) throws SessionException {
    try {
      JsonNode node = JSON.parse(line);
      return switch (text(node, "kept")) {
        case "session" -> new SessionStore.Entry.OfSession(session(node), text(node, "generation"));
        case "turned" -> new SessionStore.Entry.Turned(text(node, "generation"));
        case "revoked" -> new SessionStore.Entry.Revoked(Revocation.parse(text(node, "what")));
        case "reinstated" ->
            new SessionStore.Entry.Reinstated(Revocation.parse(text(node, "what")));
        default -> throw new SessionException("a line says something unknown");
      };
    } catch (RefusedException | DateTimeException e) {
      throw new SessionException("a line cannot be read", e);
    }
  }

  private static Session session(JsonNode node) throws SessionException {
    Session.State state =
        node.path("revoked").booleanValue()
            ? new Session.State.Revoked()
            : new Session.State.Live(
                node.has("approver") ? Optional.of(text(node, "approver")) : Optional.empty());
    return new Session(
        text(node, "id"),
        text(node, "caller"),
        text(node, "rule"),
        Instant.parse(text(node, "since")),
        Instant.parse(text(node, "until")),
        state);
  }

  private static String text(JsonNode node, String name) throws SessionException {
    JsonNode value = node.path(name);
    if (!value.isTextual()) {
      throw new SessionException("a line lacks `" + name + "`");
    }
    return value.textValue();
  }
}
