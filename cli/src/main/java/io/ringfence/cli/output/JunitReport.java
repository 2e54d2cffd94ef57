package io.ringfence.cli.output;

import io.ringfence.language.Problem;
import io.ringfence.model.SourceLocation;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Severity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was checked as JUnit XML, which build servers read: a suite for each group. */
public final class JunitReport {
  private final StringBuilder xml =
      new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");

  private JunitReport() {}

  /** The XML of a report. */
  public static String of(String name, Report report) {
    return new JunitReport().write(name, report);
  }

  /** The XML that says why a blueprint could not be checked. */
  public static String ofProblems(List<Problem> problems) {
    return new JunitReport().writeProblems(problems);
  }

  private String write(String name, Report report) {
    Map<String, List<Report.Case>> suites = new LinkedHashMap<>();
    report.cases().forEach(c -> suites.computeIfAbsent(c.group(), g -> new ArrayList<>()).add(c));
    open("testsuites", name, report.cases().size(), report.failed().count(), 0);
    suites.forEach(this::suite);
    xml.append("</testsuites>\n");
    return xml.toString();
  }

  private void suite(String group, List<Report.Case> cases) {
    long failed = cases.stream().filter(c -> !c.holds()).count();
    open("testsuite", group, cases.size(), failed, 0);
    for (Report.Case one : cases) {
      xml.append("    <testcase classname=").append(quoted(group));
      xml.append(" name=").append(quoted(one.name())).append(">\n");
      one.findings().forEach(this::finding);
      xml.append("    </testcase>\n");
    }
    xml.append("  </testsuite>\n");
  }

  private void finding(Finding finding) {
    List<String> lines = new ArrayList<>(List.of(finding.at() + ": " + finding.message()));
    finding.witness().ifPresent(w -> lines.add("witness: " + w));
    lines.addAll(finding.details());
    if (finding.severity() == Severity.INFO) {
      xml.append("      <system-out>").append(escaped(String.join("\n", lines)));
      xml.append("</system-out>\n");
    } else {
      wrong("failure", finding.check(), finding.message(), String.join("\n", lines));
    }
  }

  private String writeProblems(List<Problem> problems) {
    open("testsuites", "blueprint", problems.size(), 0, problems.size());
    open("testsuite", "blueprint", problems.size(), 0, problems.size());
    for (Problem problem : problems) {
      xml.append("    <testcase classname=\"blueprint\" name=");
      xml.append(quoted(place(problem.at()))).append(">\n");
      wrong("error", "invalid-blueprint", problem.message(), problem.text());
      xml.append("    </testcase>\n");
    }
    xml.append("  </testsuite>\n</testsuites>\n");
    return xml.toString();
  }

  private static String place(SourceLocation at) {
    return at.toString();
  }

  private void open(String element, String name, long tests, long failures, long errors) {
    xml.append(element.equals("testsuite") ? "  " : "").append('<').append(element);
    xml.append(" name=").append(quoted(name));
    xml.append(" tests=\"").append(tests);
    xml.append("\" failures=\"").append(failures);
    xml.append("\" errors=\"").append(errors).append("\">\n");
  }

  private void wrong(String element, String type, String message, String text) {
    xml.append("      <").append(element);
    xml.append(" type=").append(quoted(type));
    xml.append(" message=").append(quoted(message)).append('>');
    xml.append(escaped(text)).append("</").append(element).append(">\n");
  }

  private static String quoted(String text) {
    return '"' + escaped(text).replace("\n", "&#10;") + '"';
  }

  /** XML 1.0 cannot carry most control characters at all. */
  private static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                default -> out.appendCodePoint(isXml(c) ? c : '\uFFFD');
              }
            });
    return out.toString();
  }

  private static boolean isXml(int c) {
    return c == '\t' || c == '\n' || (c >= ' ' && c != 0xFFFE && c != 0xFFFF && !isSurrogate(c));
  }

  private static boolean isSurrogate(int c) {
    return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
  }
}
