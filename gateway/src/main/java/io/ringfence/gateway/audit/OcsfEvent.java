package io.ringfence.gateway.audit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.gateway.request.Touch;
import io.ringfence.model.Action;
import java.util.List;
import java.util.Optional;

/**
 * A decision as others' tools take it: an event of the Open Cybersecurity Schema Framework, class
 * API Activity, with the profile Security Control.
 *
 * @see <a href="https://schema.ocsf.io/1.8.0/classes/api_activity">the class</a>
 */
public final class OcsfEvent {
  /** The last released version. */
  public static final String VERSION = "1.8.0";

  private static final int CATEGORY = 6;
  private static final int CLASS = 6003;
  private static final int INFORMATIONAL = 1;
  private static final int MEDIUM = 3;

  /** The disposition of what is recorded and let pass. */
  private static final int LOGGED = 17;

  private OcsfEvent() {}

  /** What the framework tells apart of what was done. */
  private enum Activity {
    UNKNOWN(0, "Unknown"),
    CREATE(1, "Create"),
    READ(2, "Read"),
    UPDATE(3, "Update"),
    DELETE(4, "Delete"),
    OTHER(99, "Other");

    private final int id;
    private final String text;

    Activity(int id, String text) {
      this.id = id;
      this.text = text;
    }

    /** The gravest of what an operation does: a deletion before a change before a look. */
    static Activity of(List<Touch> touches) {
      return touches.stream()
          .map(t -> of(t.action()))
          .max(java.util.Comparator.comparingInt(Activity::weight))
          .orElse(UNKNOWN);
    }

    private static Activity of(Action action) {
      return switch (action) {
        case QUERY, METRICS, HEALTH -> READ;
        case INSERT -> CREATE;
        case UPDATE, INDEX -> UPDATE;
        case DELETE -> DELETE;
        case MANAGE, CLUSTER, SNAPSHOT -> OTHER;
      };
    }

    private int weight() {
      return switch (this) {
        case UNKNOWN -> 0;
        case READ -> 1;
        case CREATE -> 2;
        case UPDATE -> 3;
        case OTHER -> 4;
        case DELETE -> 5;
      };
    }
  }

  /**
   * @param number of the decision in its log
   * @param end absent while it is not recorded
   * @param product the version of Ringfence
   */
  public static ObjectNode of(
      long number,
      AuditRecord.Decided decided,
      Optional<AuditRecord.Completed> end,
      String product) {
    Activity activity = Activity.of(decided.touches());
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("class_uid", CLASS)
        .put("class_name", "API Activity")
        .put("category_uid", CATEGORY)
        .put("category_name", "Application Activity")
        .put("activity_id", activity.id)
        .put("activity_name", activity.text)
        .put("type_uid", CLASS * 100 + activity.id)
        .put("type_name", "API Activity: " + activity.text)
        .put("time", decided.time().toEpochMilli())
        .put("timezone_offset", 0)
        .put("severity_id", decided.permitted() && !decided.observed() ? INFORMATIONAL : MEDIUM);
    out.set("metadata", metadata(number, decided, product));
    verdict(out, decided);
    end.ifPresent(e -> outcome(out, e));
    out.set("api", api(decided));
    out.set("actor", actor(decided));
    out.putObject("src_endpoint").put("ip", decided.client());
    out.putObject("dst_endpoint").put("name", decided.gateway()).put("svc_name", decided.engine());
    resources(out.putArray("resources"), decided.touches());
    ObjectNode unmapped = out.putObject("unmapped").put("generation", decided.generation());
    decided.statement().ifPresent(s -> unmapped.put("statement", s));
    decided.trace().ifPresent(t -> unmapped.put("trace_id", t));
    return out;
  }

  private static ObjectNode metadata(long number, AuditRecord.Decided decided, String product) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("version", VERSION)
        .put("uid", decided.request())
        .put("sequence", number)
        .put("log_name", "audit");
    out.putArray("profiles").add("security_control");
    out.putObject("product")
        .put("name", "Ringfence")
        .put("vendor_name", "Ringfence")
        .put("version", product);
    decided.tenant().ifPresent(t -> out.put("tenant_uid", t));
    return out;
  }

  private static void verdict(ObjectNode out, AuditRecord.Decided decided) {
    boolean permitted = decided.permitted();
    out.put("action_id", permitted ? 1 : 2)
        .put("action", permitted ? "Allowed" : "Denied")
        .put("disposition_id", decided.observed() ? LOGGED : permitted ? 1 : 2)
        .put("disposition", decided.observed() ? "Logged" : permitted ? "Allowed" : "Blocked");
    if (decided.observed()) {
      out.put("status_detail", "would have been denied");
    }
    decided
        .rule()
        .ifPresent(
            rule -> {
              ObjectNode policy = out.putObject("policy").put("name", rule);
              decided.ruleAt().ifPresent(at -> policy.put("uid", at));
            });
  }

  private static void outcome(ObjectNode out, AuditRecord.Completed end) {
    boolean answered = end.status().equals(AuditRecord.Completed.ANSWERED);
    out.put("status_id", answered ? 1 : 2)
        .put("status", answered ? "Success" : "Failure")
        .put("status_code", end.status())
        .put("duration", end.latency().toMillis());
  }

  private static ObjectNode api(AuditRecord.Decided decided) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("operation", decided.operation().orElse("unknown"));
    out.putObject("service").put("name", decided.engine());
    out.putObject("request").put("uid", decided.request());
    decided.reason().ifPresent(r -> out.putObject("response").put("error", r));
    return out;
  }

  private static ObjectNode actor(AuditRecord.Decided decided) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    ObjectNode user = out.putObject("user").put("uid", decided.principal());
    decided.tenant().ifPresent(t -> user.putObject("org").put("name", t));
    return out;
  }

  private static void resources(ArrayNode out, List<Touch> touches) {
    touches.stream()
        .map(Touch::collection)
        .flatMap(Optional::stream)
        .distinct()
        .forEach(c -> out.addObject().put("name", c).put("type", "collection"));
    if (out.isEmpty()) {
      out.addObject().put("name", "server").put("type", "database");
    }
  }
}
