package io.ringfence.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each limit holds exactly, and one past it is refused with the limit's number. */
class LimitsTest {
  private static final String HEAD = "ringfence: v1\n";
  private static final int WORKLOADS_PER_FILE = 100_000;

  @Test
  void files() {
    List<SourceFile> files =
        IntStream.range(0, LimitsMax.FILES_MAX)
            .mapToObj(i -> new SourceFile(i + ".yaml", HEAD))
            .collect(Collectors.toCollection(ArrayList::new));
    assertEquals(List.of(), load(files));
    files.add(new SourceFile("more.yaml", HEAD));
    assertEquals(List.of("blueprint: error: 1001 files; at most 1000"), load(files));
  }

  @Test
  void characters() {
    String at = HEAD + "#".repeat(LimitsMax.DOCUMENT_CHARS_MAX - HEAD.length());
    assertEquals(List.of(), load(at));
    assertEquals(
        List.of("a.yaml:1:1: error: the file has more than 8388608 characters"), load(at + "#"));
  }

  @Test
  void depth() {
    assertEquals(1, load(HEAD + "x: " + nested(LimitsMax.DEPTH_MAX - 1)).size());
    String past = load(HEAD + "x: " + nested(LimitsMax.DEPTH_MAX)).getFirst();
    assertTrue(past.endsWith("lists and maps are nested more than 24 deep"), past);
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "x" + "]".repeat(depth) + "\n";
  }

  @Test
  void depthThroughAliases() {
    String below = HEAD + "x: &a " + nested(12);
    assertEquals(2, load(below + "y: " + nested(11).replace("x", "*a")).size());
    String past = load(below + "y: " + nested(12).replace("x", "*a")).getFirst();
    assertTrue(past.endsWith("lists and maps are nested more than 24 deep"), past);
  }

  @Tag("slow")
  @Test
  void nodes() {
    // The root, the version and its key, the key, the list: five besides the items.
    String at = HEAD + "x: [" + "1,".repeat(LimitsMax.NODES_MAX - 5) + "]\n";
    assertTrue(load(at).getFirst().contains("unknown key `x`"));
    String past = HEAD + "x: [" + "1,".repeat(LimitsMax.NODES_MAX - 4) + "]\n";
    assertTrue(load(past).getFirst().endsWith("the file has more than 1000000 nodes"));
  }

  @Test
  void aliasesStandForSoMuchAndNoMore() {
    // An anchored list of 99 items counts as 100 nodes.
    String anchored = HEAD + "x: &a [" + "1,".repeat(99) + "]\ny: [";
    String at = anchored + "*a,".repeat(LimitsMax.ALIAS_NODES_MAX / 100) + "]\n";
    assertEquals(2, load(at).size());
    String past = anchored + "*a,".repeat(LimitsMax.ALIAS_NODES_MAX / 100 + 1) + "]\n";
    assertTrue(load(past).getFirst().endsWith("aliases stand for more than 100000 nodes"));
  }

  /** Nine lists of nine aliases each would be a billion nodes. */
  @Test
  void aBillionLaughs() {
    StringBuilder bomb = new StringBuilder(HEAD + "a0: &a0 [lol]\n");
    for (int i = 1; i <= 9; i++) {
      bomb.append("a" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ",").repeat(9) + "]\n");
    }
    long start = System.nanoTime();
    assertTrue(
        load(bomb.toString()).getFirst().endsWith("aliases stand for more than 100000 nodes"));
    assertTrue(System.nanoTime() - start < 2_000_000_000L, "refused without expanding");
  }

  @Tag("slow")
  @Test
  void workloads() {
    assertEquals(List.of(), load(workloads(LimitsMax.WORKLOADS_MAX)));
    assertEquals(
        List.of("workloads2.yaml:3:3: error: `workloads` has 200001 entries; at most 200000"),
        load(workloads(LimitsMax.WORKLOADS_MAX + 1)));
  }

  /** In several files, since no one file may have so many nodes. */
  private static List<SourceFile> workloads(int count) {
    List<SourceFile> out = new ArrayList<>();
    String segment = "segments: { s: { tier: application, networks: [10.0.0.0/8] } }\n";
    out.add(new SourceFile("segments.yaml", HEAD + segment));
    for (int start = 0; start < count; start += WORKLOADS_PER_FILE) {
      StringBuilder text = new StringBuilder(HEAD + "workloads:\n");
      for (int i = start; i < Math.min(count, start + WORKLOADS_PER_FILE); i++) {
        String address = "10.%d.%d.%d".formatted(i >> 16, i >> 8 & 255, i & 255);
        text.append("  w" + i + ": { segment: s, addresses: [" + address + "] }\n");
      }
      String name = "workloads" + start / WORKLOADS_PER_FILE + ".yaml";
      out.add(new SourceFile(name, text.toString()));
    }
    return out;
  }

  @Tag("slow")
  @Test
  void rules() {
    assertEquals(List.of(), load(rules(LimitsMax.RULES_MAX)));
    assertEquals(
        List.of("a.yaml:4:10: error: `access` and `egress` have 50001 entries; at most 50000"),
        load(rules(LimitsMax.RULES_MAX + 1)));
  }

  private static String rules(int count) {
    StringBuilder out = new StringBuilder(HEAD);
    out.append("segments: { s: { tier: application, networks: [10.0.0.0/8] } }\n");
    out.append("workloads: { w: { segment: s, addresses: [10.0.0.1] } }\n");
    out.append(
        "egress: [{ name: first, from: w, to: { cidr: 192.0.2.0/24, ports: [443/tcp] } }]\n");
    out.append("access:\n");
    for (int i = 1; i < count; i++) {
      out.append("  - { name: r" + i + ", from: s, to: { workload: w, ports: [1/tcp] } }\n");
    }
    return out.toString();
  }

  @Test
  void entriesOfAnyOtherSection() {
    assertEquals(List.of(), load(roles(LimitsMax.SECTION_ENTRIES_MAX)));
    assertEquals(
        List.of("a.yaml:50003:3: error: `roles` has 50001 entries; at most 50000"),
        load(roles(LimitsMax.SECTION_ENTRIES_MAX + 1)));
  }

  private static String roles(int count) {
    StringBuilder out = new StringBuilder(HEAD + "roles:\n");
    for (int i = 0; i < count; i++) {
      out.append("  r" + i + ": { actions: [query] }\n");
    }
    return out.toString();
  }

  @Test
  void charactersOfANameAndOfACondition() {
    String name = "n".repeat(LimitsMax.NAME_CHARS_MAX);
    assertEquals(List.of(), load(HEAD + "name: " + name + "\n"));
    assertEquals(1, load(HEAD + "name: " + name + "n\n").size());
    assertTrue(BlueprintShape.CONDITION.matches("x".repeat(LimitsMax.CONDITION_CHARS_MAX)));
    assertTrue(!BlueprintShape.CONDITION.matches("x".repeat(LimitsMax.CONDITION_CHARS_MAX + 1)));
  }

  @Test
  void problems() {
    assertEquals(LimitsMax.PROBLEMS_MAX, load(unknownKeys(LimitsMax.PROBLEMS_MAX)).size());
    List<String> past = load(unknownKeys(LimitsMax.PROBLEMS_MAX + 7));
    assertEquals(LimitsMax.PROBLEMS_MAX + 1, past.size());
    assertTrue(past.getLast().endsWith("and 7 more problems"));
  }

  private static String unknownKeys(int count) {
    return HEAD
        + IntStream.range(0, count).mapToObj(i -> "k" + i + ": 1\n").collect(Collectors.joining());
  }

  private static List<String> load(String text) {
    return load(List.of(new SourceFile("a.yaml", text)));
  }

  private static List<String> load(List<SourceFile> files) {
    return new BlueprintLoader(new TestingConditions())
        .load(files).problems().stream().map(Problem::text).toList();
  }
}
