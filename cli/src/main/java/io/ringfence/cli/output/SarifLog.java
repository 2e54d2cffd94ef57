package io.ringfence.cli.output;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.language.Problem;
import io.ringfence.model.SourceLocation;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Severity;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Findings as SARIF 2.1.0, which code-scanning services read.
 *
 * @see <a href="https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html">SARIF 2.1.0</a>
 */
public final class SarifLog {
  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

  /** The rule that what is no valid blueprint breaks. */
  private static final String INVALID = "invalid-blueprint";

  private final ArrayNode rules = Json.array();
  private final ArrayNode results = Json.array();
  private final Map<String, Integer> indexes = new LinkedHashMap<>();
  private final String version;

  /**
   * @param version this program's
   */
  public SarifLog(String version) {
    this.version = version;
  }

  /** A log of what checks found. */
  public ObjectNode of(List<Finding> findings) {
    for (Check check : Check.values()) {
      rule(check.text(), check.help(), level(check.severity()));
    }
    findings.forEach(this::add);
    return log();
  }

  /** A log of why a blueprint could not be checked. */
  public ObjectNode ofProblems(List<Problem> problems) {
    rule(INVALID, "The blueprint is not valid, so nothing could be checked.", "error");
    for (Problem problem : problems) {
      String level = problem.severity() == Problem.Severity.ERROR ? "error" : "warning";
      result(INVALID, level, problem.message(), problem.at());
    }
    return log();
  }

  private void add(Finding finding) {
    if (!indexes.containsKey(finding.check())) {
      rule(finding.check(), finding.check(), level(finding.severity()));
    }
    List<String> lines = new ArrayList<>(List.of(finding.message()));
    finding.witness().ifPresent(w -> lines.add("witness: " + w));
    lines.addAll(finding.details());
    finding.enforced().forEach(e -> lines.add(e.text()));
    ObjectNode result =
        result(finding.check(), level(finding.severity()), String.join("\n", lines), finding.at());
    ObjectNode properties = result.putObject("properties").put("subject", finding.subject());
    finding.witness().ifPresent(w -> properties.set("witness", Json.flow(w)));
    finding.request().ifPresent(r -> properties.set("request", Json.request(r)));
    properties.set("enforced", Json.enforced(finding.enforced()));
  }

  private void rule(String id, String help, String level) {
    indexes.put(id, rules.size());
    ObjectNode rule = rules.addObject().put("id", id);
    rule.putObject("shortDescription").put("text", sentence(help));
    rule.putObject("fullDescription").put("text", help);
    rule.putObject("help").put("text", help);
    rule.putObject("defaultConfiguration").put("level", level);
  }

  private static String sentence(String text) {
    int end = text.indexOf(". ");
    return end < 0 ? text : text.substring(0, end + 1);
  }

  private ObjectNode result(String rule, String level, String message, SourceLocation at) {
    ObjectNode result = results.addObject();
    result.put("ruleId", rule).put("ruleIndex", indexes.get(rule)).put("level", level);
    result.putObject("message").put("text", message);
    if (at.line() > 0) {
      ObjectNode place = result.putArray("locations").addObject().putObject("physicalLocation");
      place.putObject("artifactLocation").put("uri", uri(at.file()));
      place
          .putObject("region")
          .put("startLine", at.line())
          .put("startColumn", Math.max(1, at.column()));
    }
    return result;
  }

  private static String uri(String file) {
    try {
      return new URI(null, null, file, null).toASCIIString();
    } catch (URISyntaxException e) {
      return "blueprint";
    }
  }

  private static String level(Severity severity) {
    return switch (severity) {
      case ERROR -> "error";
      case WARNING -> "warning";
      case INFO -> "note";
    };
  }

  private ObjectNode log() {
    ObjectNode log = Json.object().put("$schema", SCHEMA).put("version", "2.1.0");
    ObjectNode run = log.putArray("runs").addObject();
    ObjectNode driver = run.putObject("tool").putObject("driver");
    driver.put("name", "ringfence").put("version", version).set("rules", rules);
    run.put("columnKind", "unicodeCodePoints");
    run.set("results", results);
    return log;
  }
}
