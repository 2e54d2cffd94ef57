package io.ringfence.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {
  static Stream<DemoReport> reports() {
    return Stream.of(
        TestingReports.ragPlatform(), TestingReports.withoutRoot(), TestingReports.hostile());
  }

  /** Our HTML is XML too, its doctype aside. */
  private static Document parsed(String html) throws Exception {
    String xml = html.replace("<!doctype html>\n", "");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  private static List<Element> elements(Document document, String name) {
    NodeList all = document.getElementsByTagName(name);
    List<Element> out = new ArrayList<>();
    for (int i = 0; i < all.getLength(); i++) {
      out.add((Element) all.item(i));
    }
    return out;
  }

  @ParameterizedTest
  @MethodSource("reports")
  void pageStandsAlone(DemoReport report) throws Exception {
    Document page = parsed(HtmlReport.write(report));
    Set<String> outside = Set.of("script", "img", "link", "iframe", "object", "embed", "base");
    for (Element element : elements(page, "*")) {
      assertFalse(outside.contains(element.getTagName()), element.getTagName());
      for (String attribute : List.of("src", "onclick", "onload", "onerror")) {
        assertFalse(element.hasAttribute(attribute), attribute);
      }
      assertTrue(
          !element.hasAttribute("href") || element.getAttribute("href").startsWith("#"),
          element.getAttribute("href"));
    }
  }

  @ParameterizedTest
  @MethodSource("reports")
  void idsAreUniqueAndLinksLeadSomewhere(DemoReport report) throws Exception {
    Document page = parsed(HtmlReport.write(report));
    Set<String> ids = new TreeSet<>();
    for (Element element : elements(page, "*")) {
      if (element.hasAttribute("id")) {
        assertTrue(ids.add(element.getAttribute("id")), element.getAttribute("id"));
      }
    }
    for (Element link : elements(page, "a")) {
      assertTrue(ids.contains(link.getAttribute("href").substring(1)), link.getTextContent());
    }
    for (Element label : elements(page, "label")) {
      assertTrue(ids.contains(label.getAttribute("for")), label.getAttribute("for"));
    }
  }

  @Test
  void fourPicturesAreDrawn() throws Exception {
    Document page = parsed(HtmlReport.write(TestingReports.ragPlatform()));
    assertEquals(4, elements(page, "svg").size());
  }

  @Test
  void sameReportIsTheSamePage() {
    assertEquals(
        HtmlReport.write(TestingReports.ragPlatform()),
        HtmlReport.write(TestingReports.ragPlatform()));
  }

  @Test
  void withoutRootThePageSaysThatNothingWasEnforced() throws Exception {
    String text =
        parsed(HtmlReport.write(TestingReports.withoutRoot()))
            .getDocumentElement()
            .getTextContent();
    assertTrue(text.contains("The kernel's part did not run."));
    assertTrue(text.contains("1 guardrail violated."));
    assertFalse(text.contains("the kernel did what the model says"));
  }

  @Test
  void disagreementIsInTheHeadline() throws Exception {
    String text =
        parsed(HtmlReport.write(TestingReports.hostile())).getDocumentElement().getTextContent();
    assertTrue(text.contains("The kernel and the model disagree on 1 connection."));
    assertFalse(text.contains("Every guardrail is proved"));
  }

  @Test
  void stepsAsPermittedAreNoSuccessOfTheAttack() {
    assertEquals(7, TestingReports.ragPlatform().attackBefore().succeeded());
    assertEquals(0, TestingReports.ragPlatform().attackAfter().succeeded());
  }
}
