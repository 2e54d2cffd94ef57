package io.ringfence.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.model.Flow;
import io.ringfence.model.Request;
import io.ringfence.model.SourceLocation;
import io.ringfence.verifier.subject.Finding;
import java.util.List;

/** What machines read, in the same shapes in every command. */
public final class Json {
  private Json() {}

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  public static void print(Screen screen, JsonNode node) {
    screen.line(node.toPrettyString());
  }

  public static ArrayNode strings(Iterable<String> texts) {
    ArrayNode out = array();
    texts.forEach(out::add);
    return out;
  }

  /** {@code file}, {@code line}, {@code column}; the last two absent where there is no file. */
  public static ObjectNode location(SourceLocation at) {
    ObjectNode out = object().put("file", at.file());
    return at.line() == 0 ? out : out.put("line", at.line()).put("column", at.column());
  }

  public static ObjectNode flow(Flow flow) {
    ObjectNode out =
        object()
            .put("source", flow.source().toString())
            .put("destination", flow.destination().toString())
            .put("protocol", flow.protocol().toString())
            .put("port", flow.port());
    flow.fqdn().ifPresent(n -> out.put("fqdn", n));
    return out;
  }

  /** What machines do with a flow, and by which of their rules. */
  public static ArrayNode enforced(List<Finding.Enforced> machines) {
    ArrayNode out = array();
    for (Finding.Enforced machine : machines) {
      ObjectNode node = out.addObject().put("machine", machine.machine());
      node.put("passes", machine.passes()).set("rules", strings(machine.rules()));
    }
    return out;
  }

  /** The request behind a verdict or a finding. */
  public static ObjectNode request(Request request) {
    ObjectNode out =
        object()
            .put("source", request.source().toString())
            .put("gateway", request.gateway())
            .put("destination", request.destination().toString())
            .put("protocol", request.protocol().toString())
            .put("port", request.port())
            .put("principal", request.principal().text())
            .put("action", request.action().text());
    request.collection().ifPresent(c -> out.put("collection", c));
    if (!request.facts().isEmpty()) {
      ObjectNode facts = out.putObject("facts");
      request.facts().forEach((name, value) -> facts.put(name, String.valueOf(value)));
    }
    return out;
  }
}
