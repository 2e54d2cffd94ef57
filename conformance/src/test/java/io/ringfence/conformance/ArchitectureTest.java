package io.ringfence.conformance;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The rooms keep to their arrows, and pure rooms do no I/O. */
class ArchitectureTest {
  private static final String ROOT = "io.ringfence";
  private static final String BAD = "io.ringfence.conformance.badrooms";

  private static final JavaClasses ROOMS =
      new ClassFileImporter().withImportOption(ArchitectureTest::isProduct).importPackages(ROOT);

  private static final JavaClasses BAD_ROOMS = new ClassFileImporter().importPackages(BAD);

  /** The origin of a violation, as ArchUnit words it: {@code Method <a.b.C.m()> calls ...}. */
  private static final Pattern ORIGIN =
      Pattern.compile("<" + Pattern.quote(BAD) + "\\.([a-z.]+[A-Z]\\w*)");

  /** What each bad class is there to break. Rules that are not named here have no bad class. */
  private static final Map<String, Set<String>> BROKEN_BY =
      Map.of(
          "arrows of agent", Set.of("agent.KnowsDecision"),
          "arrows of decision", Set.of("decision.KnowsVerifier"),
          "arrows of model", Set.of("model.KnowsLanguage"),
          "arrows of targets", Set.of("targets.aws.KnowsDecision"),
          "agent knows nftables alone", Set.of("agent.KnowsAws"),
          "target aws knows no other", Set.of("targets.aws.KnowsNftables"),
          "model uses the JDK only", Set.of("model.KnowsLanguage", "model.KnowsJUnit"),
          "pure rooms do no I/O",
              Set.of(
                  "decision.AsksNanoTime",
                  "decision.TakesClock",
                  "decision.ReadsClock",
                  "language.Prints",
                  "language.StartsThread",
                  "model.LooksUpHost",
                  "model.ReadsEnvironment",
                  "targets.aws.ReadsFile",
                  "verifier.OpensSocket",
                  "verifier.StartsProcess"));

  @TestFactory
  Stream<DynamicTest> roomsKeepTheRules() {
    return named(new ArchitectureRules(ROOT).all(), rule -> rule.check(ROOMS));
  }

  /**
   * A rule over no classes always holds, so every room that has sources must be among the classes
   * looked at.
   */
  @TestFactory
  Stream<DynamicTest> roomsAreLookedAt() {
    return ArchitectureRules.ARROWS.keySet().stream()
        .filter(ArchitectureTest::hasSources)
        .map(room -> DynamicTest.dynamicTest(room, () -> assertTrue(isLookedAt(room))));
  }

  @TestFactory
  Stream<DynamicTest> eachBadClassBreaksItsRulesAndNoOther() {
    return new ArchitectureRules(BAD)
        .all().entrySet().stream()
            .filter(rule -> !rule.getKey().equals("no package cycles"))
            .map(
                rule ->
                    DynamicTest.dynamicTest(
                        rule.getKey(),
                        () ->
                            assertEquals(
                                new TreeSet<>(BROKEN_BY.getOrDefault(rule.getKey(), Set.of())),
                                offenders(rule.getValue()))));
  }

  @Test
  void packageCycleIsSeen() {
    var rule = new ArchitectureRules(BAD).all().get("no package cycles");
    var details = rule.evaluate(BAD_ROOMS).getFailureReport().getDetails();
    assertEquals(1, details.size(), details::toString);
    assertTrue(details.getFirst().contains(BAD + ".verifier.ring"), details::toString);
  }

  private static Set<String> offenders(ArchRule rule) {
    return rule.evaluate(BAD_ROOMS).getFailureReport().getDetails().stream()
        .map(ArchitectureTest::origin)
        .collect(toCollection(TreeSet::new));
  }

  private static String origin(String violation) {
    var matcher = ORIGIN.matcher(violation);
    assertTrue(matcher.find(), violation);
    return matcher.group(1);
  }

  private static boolean isLookedAt(String room) {
    return ROOMS.stream()
        .map(JavaClass::getPackageName)
        .anyMatch(name -> (name + ".").startsWith(ROOT + "." + room + "."));
  }

  /** Surefire runs in this module's folder. */
  private static boolean hasSources(String room) {
    var sources = Path.of("..", room, "src", "main", "java");
    if (!Files.isDirectory(sources)) {
      return false;
    }
    try (var files = Files.walk(sources)) {
      return files.anyMatch(file -> file.toString().endsWith(".java"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isProduct(Location location) {
    return !location.contains("/test-classes/") && !location.contains("-tests.jar");
  }

  private static Stream<DynamicTest> named(Map<String, ArchRule> rules, Consumer<ArchRule> check) {
    return rules.entrySet().stream()
        .map(rule -> DynamicTest.dynamicTest(rule.getKey(), () -> check.accept(rule.getValue())));
  }
}
