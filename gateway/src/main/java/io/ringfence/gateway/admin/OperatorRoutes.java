package io.ringfence.gateway.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.gateway.audit.AuditLog;
import io.ringfence.gateway.audit.AuditRecord;
import io.ringfence.gateway.audit.AuditRecord.Operated.Action;
import io.ringfence.gateway.request.HttpAnswer;
import io.ringfence.gateway.request.HttpCall;
import io.ringfence.gateway.session.Revocation;
import io.ringfence.gateway.session.Session;
import io.ringfence.gateway.session.SessionDesk;
import io.ringfence.gateway.session.SessionException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * Answers what operators ask, and records what they do. What only looks is not recorded but for
 * status.
 *
 * <p>INVARIANT (recorded before done): an approval, a reload and a drain follow their record. A
 * revocation is done also when it cannot be recorded, since it only takes away.
 */
public final class OperatorRoutes {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration DRAIN = Duration.ofSeconds(30);

  private final OperatedGateway gateway;
  private final Optional<AuditLog> log;
  private final InstantSource clock;

  /**
   * @param log absent where the blueprint names none
   */
  public OperatorRoutes(OperatedGateway gateway, Optional<AuditLog> log, InstantSource clock) {
    this.gateway = gateway;
    this.log = log;
    this.clock = clock;
  }

  /** It may take as long as what is asked for. */
  public HttpAnswer answer(Operator operator, HttpCall call) {
    try {
      return switch (call.method() + " /" + String.join("/", call.path())) {
        case "GET /ready" -> ready(operator);
        case "GET /metrics" -> metrics(operator);
        case "GET /status" -> status(operator);
        case "GET /sessions" -> sessions(operator);
        case "GET /revoked" -> revoked(operator);
        case "POST /approve" -> approve(operator, field(call, "session"));
        case "POST /revoke" -> revoke(operator, field(call, "what"));
        case "POST /reinstate" -> reinstate(operator, field(call, "what"));
        case "POST /reload" -> reload(operator);
        case "POST /drain" -> drain(operator);
        case "POST /doctor" -> doctor(operator);
        default -> throw new Refused(404, "there is no such thing at the operator's door");
      };
    } catch (Refused e) {
      return json(e.status, object().put("error", e.getMessage()));
    }
  }

  /** Why something is not answered. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    Refused(int status, String text) {
      super(text);
      this.status = status;
    }
  }

  // --- Looking ---

  private HttpAnswer ready(Operator operator) {
    demand(operator, Operator.Right.LOOK);
    List<String> why = gateway.notReady();
    ObjectNode out = object().put("ready", why.isEmpty());
    why.forEach(out.putArray("because")::add);
    ObjectNode status = gateway.status();
    if (status.has("observing")) {
      out.set("observing", status.get("observing"));
    }
    return json(why.isEmpty() ? 200 : 503, out);
  }

  private HttpAnswer metrics(Operator operator) {
    demand(operator, Operator.Right.LOOK);
    byte[] body = gateway.metrics().getBytes(StandardCharsets.UTF_8);
    return new HttpAnswer(200, Optional.of("text/plain; version=0.0.4; charset=utf-8"), body);
  }

  private HttpAnswer status(Operator operator) {
    demand(operator, Operator.Right.LOOK);
    ObjectNode out = gateway.status();
    record(operator, Action.STATUS, Optional.empty()).ifPresent(why -> out.put("notRecorded", why));
    return json(200, out);
  }

  private HttpAnswer sessions(Operator operator) {
    demand(operator, Operator.Right.OPERATE);
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    desk().list().forEach(s -> all.add(json(s)));
    return json(200, object().set("sessions", all));
  }

  private static ObjectNode json(Session session) {
    ObjectNode out =
        object()
            .put("id", session.id())
            .put("caller", session.caller())
            .put("rule", session.rule())
            .put("since", session.since().toString())
            .put("until", session.until().toString());
    return switch (session.state()) {
      case Session.State.Waiting w -> out.put("state", "waiting");
      case Session.State.Live live -> {
        live.approver().ifPresent(a -> out.put("approver", a));
        yield out.put("state", "live");
      }
      case Session.State.Revoked r -> out.put("state", "revoked");
    };
  }

  private HttpAnswer revoked(Operator operator) {
    demand(operator, Operator.Right.OPERATE);
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    desk().revoked().forEach(r -> all.add(r.text()));
    return json(200, object().set("revoked", all));
  }

  private HttpAnswer doctor(Operator operator) {
    demand(operator, Operator.Right.OPERATE);
    return json(200, object().set("databases", gateway.doctor()));
  }

  // --- Doing ---

  private HttpAnswer approve(Operator operator, String session) {
    demand(operator, Operator.Right.APPROVE);
    recordFirst(operator, Action.APPROVE, Optional.of(session));
    try {
      return json(200, json(desk().approve(session, operator.identity().orElseThrow())));
    } catch (SessionException e) {
      throw new Refused(409, e.getMessage());
    }
  }

  private HttpAnswer revoke(Operator operator, String what) {
    demand(operator, Operator.Right.OPERATE);
    Revocation revocation = revocation(what);
    ObjectNode out = object().put("revoked", what);
    record(operator, Action.REVOKE, Optional.of(what))
        .ifPresent(why -> out.put("notRecorded", why));
    try {
      desk().revoke(revocation, operator.name());
      return json(200, out);
    } catch (SessionException e) {
      throw new Refused(409, e.getMessage());
    }
  }

  /** Gives back what a revocation took: recorded first, as all that permits is. */
  private HttpAnswer reinstate(Operator operator, String what) {
    demand(operator, Operator.Right.OPERATE);
    Revocation revocation = revocation(what);
    recordFirst(operator, Action.REINSTATE, Optional.of(what));
    try {
      desk().reinstate(revocation, operator.name());
      return json(200, object().put("reinstated", what));
    } catch (SessionException e) {
      throw new Refused(409, e.getMessage());
    }
  }

  private static Revocation revocation(String what) {
    try {
      return Revocation.parse(what);
    } catch (SessionException e) {
      throw new Refused(400, e.getMessage());
    }
  }

  private HttpAnswer reload(Operator operator) {
    demand(operator, Operator.Right.OPERATE);
    recordFirst(operator, Action.RELOAD, Optional.empty());
    Optional<String> refused = gateway.reload();
    if (refused.isPresent()) {
      throw new Refused(409, refused.get());
    }
    return json(200, gateway.status());
  }

  private HttpAnswer drain(Operator operator) {
    demand(operator, Operator.Right.OPERATE);
    recordFirst(operator, Action.DRAIN, Optional.empty());
    gateway.drain(DRAIN);
    return json(200, gateway.status());
  }

  // --- Who may, and that it is recorded ---

  private static void demand(Operator operator, Operator.Right right) {
    if (!operator.may(right)) {
      throw new Refused(
          403,
          right == Operator.Right.APPROVE
              ? "only the blueprint's `approvers` approve, by the mTLS address; "
                  + operator.name()
                  + " is none"
              : operator.name() + " may not " + right.name().toLowerCase(Locale.ROOT) + " here");
    }
  }

  private void recordFirst(Operator operator, Action action, Optional<String> subject) {
    record(operator, action, subject)
        .ifPresent(
            why -> {
              throw new Refused(503, "it cannot be recorded, and so is not done: " + why);
            });
  }

  /** Empty when it is recorded, or else why not. */
  private Optional<String> record(Operator operator, Action action, Optional<String> subject) {
    if (log.isEmpty()) {
      return Optional.empty();
    }
    try {
      log.get()
          .append(new AuditRecord.Operated(clock.instant(), operator.name(), action, subject))
          .join();
      return Optional.empty();
    } catch (CompletionException e) {
      return Optional.of(String.valueOf(e.getCause().getMessage()));
    }
  }

  // --- Requests and answers ---

  private SessionDesk desk() {
    return gateway
        .sessions()
        .orElseThrow(() -> new Refused(404, "no rule of this gateway has sessions"));
  }

  private static String field(HttpCall call, String name) {
    try {
      JsonNode value = JSON.readTree(call.body()).path(name);
      if (value.isTextual()) {
        return value.textValue();
      }
    } catch (JsonProcessingException e) {
      throw new Refused(400, "the body is no JSON");
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e); // from memory
    }
    throw new Refused(400, "`" + name + "` is missing");
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static HttpAnswer json(int status, JsonNode body) {
    return new HttpAnswer(
        status, Optional.of("application/json"), body.toString().getBytes(StandardCharsets.UTF_8));
  }
}
