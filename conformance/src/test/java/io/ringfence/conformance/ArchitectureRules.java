package io.ringfence.conformance;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The arrows between rooms and what pure rooms leave alone, for rooms that are packages under
 * {@code root}.
 *
 * <p>The root is a parameter so that the same rules can be shown to reject bad rooms.
 */
record ArchitectureRules(String root) {
  /** The rooms that each room may use, besides itself. */
  static final Map<String, Set<String>> ARROWS =
      new TreeMap<>(
          Map.of(
              "model", Set.of(),
              "language", Set.of("model"),
              "decision", Set.of("model"),
              "verifier", Set.of("model", "decision"),
              "targets", Set.of("model", "verifier"),
              "agent", Set.of("model", "targets"),
              "gateway", Set.of("model", "decision"),
              "lab", Set.of("model", "decision", "verifier", "targets", "agent"),
              "cli",
                  Set.of(
                      "model",
                      "language",
                      "decision",
                      "verifier",
                      "targets",
                      "agent",
                      "gateway",
                      "lab")));

  /** The rooms, and parts of rooms, that take values and return values. */
  static final List<String> PURE =
      List.of(
          "model",
          "language",
          "decision",
          "verifier",
          "targets",
          "gateway.request",
          "gateway.engine",
          "gateway.policy");

  /** The enforcement points' packages under {@code targets}; none knows another. */
  static final List<String> TARGETS =
      List.of(
          "nftables",
          "kubernetes",
          "cilium",
          "istio",
          "linkerd",
          "aws",
          "azure",
          "gcp",
          "vlan",
          "vxlan",
          "physical",
          "envoy",
          "engines");

  private static final Set<String> OUTSIDE_TYPES =
      Set.of(
          "java.io.Console",
          "java.io.File",
          "java.io.FileDescriptor",
          "java.io.FileInputStream",
          "java.io.FileOutputStream",
          "java.io.FileReader",
          "java.io.FileWriter",
          "java.io.RandomAccessFile",
          "java.lang.Process",
          "java.lang.ProcessBuilder",
          "java.lang.ProcessHandle",
          "java.time.Clock",
          "java.time.InstantSource",
          "java.util.Calendar",
          "java.util.Date",
          "java.util.Timer",
          "java.util.concurrent.CompletableFuture",
          "java.util.concurrent.Executor",
          "java.util.concurrent.ExecutorService",
          "java.util.concurrent.Executors",
          "java.util.concurrent.ForkJoinPool",
          "java.util.concurrent.ScheduledExecutorService",
          "java.util.concurrent.StructuredTaskScope",
          "java.util.concurrent.ThreadPoolExecutor");

  private static final List<String> OUTSIDE_PACKAGES =
      List.of("java.net", "java.nio.channels", "java.nio.file");

  /** Values in the packages above; what looks a host up is among the members below. */
  private static final Set<String> VALUES =
      Set.of(
          "java.net.Inet4Address",
          "java.net.Inet6Address",
          "java.net.InetAddress",
          "java.net.URI",
          "java.net.URISyntaxException");

  private static final Map<String, Set<String>> OUTSIDE_MEMBERS =
      Map.of(
          "java.lang.System",
              Set.of("currentTimeMillis", "nanoTime", "getenv", "console", "in", "out", "err"),
          "java.lang.Runtime", Set.of("exec"),
          "java.net.InetAddress",
              Set.of(
                  "getAllByName",
                  "getByName",
                  "getCanonicalHostName",
                  "getHostName",
                  "getLocalHost",
                  "isReachable"),
          "java.lang.Thread",
              Set.of("<init>", "ofPlatform", "ofVirtual", "sleep", "start", "startVirtualThread"));

  /** Every rule by its name, in a fixed order. */
  Map<String, ArchRule> all() {
    var rules = new TreeMap<String, ArchRule>();
    ARROWS.forEach((room, used) -> rules.put("arrows of " + room, arrows(room, used)));
    TARGETS.forEach(
        target -> rules.put("target " + target + " knows no other", knowsNoOther(target)));
    rules.put("agent knows nftables alone", agentKnowsNftablesAlone());
    rules.put("model uses the JDK only", modelUsesTheJdkOnly());
    rules.put("no package cycles", noPackageCycles());
    rules.put("pure rooms do no I/O", pureRoomsDoNoIo());
    return rules;
  }

  private ArchRule arrows(String room, Set<String> used) {
    var forbidden =
        ARROWS.keySet().stream()
            .filter(other -> !other.equals(room) && !used.contains(other))
            .map(this::inside)
            .toList();
    var conformance = root + ".conformance..";
    return noClasses()
        .that()
        .resideInAPackage(inside(room))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(with(forbidden, conformance))
        .allowEmptyShould(true);
  }

  private ArchRule knowsNoOther(String target) {
    return noClasses()
        .that()
        .resideInAPackage(inside("targets." + target))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(targetsBut(target))
        .allowEmptyShould(true);
  }

  private ArchRule agentKnowsNftablesAlone() {
    return noClasses()
        .that()
        .resideInAPackage(inside("agent"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(targetsBut("nftables"))
        .allowEmptyShould(true);
  }

  private ArchRule modelUsesTheJdkOnly() {
    return classes()
        .that()
        .resideInAPackage(inside("model"))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(inside("model"), "java..")
        .allowEmptyShould(true);
  }

  private ArchRule noPackageCycles() {
    return slices()
        .assignedFrom(packagesOfRooms())
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true);
  }

  private ArchRule pureRoomsDoNoIo() {
    return noClasses()
        .that()
        .resideInAnyPackage(PURE.stream().map(this::inside).toArray(String[]::new))
        .should()
        .dependOnClassesThat(describe("reach outside", ArchitectureRules::reachesOutside))
        .orShould()
        .accessTargetWhere(outsideMember())
        .allowEmptyShould(true);
  }

  private static boolean reachesOutside(JavaClass type) {
    if (VALUES.contains(type.getName())) {
      return false;
    }
    return OUTSIDE_TYPES.contains(type.getName())
        || OUTSIDE_PACKAGES.stream()
            .anyMatch(
                outside ->
                    type.getPackageName().equals(outside)
                        || type.getPackageName().startsWith(outside + "."));
  }

  /** Method references count as well as calls: {@code Instant::now} is a clock. */
  private static DescribedPredicate<JavaAccess<?>> outsideMember() {
    return describe(
        "the target is a clock, a look-up, a process, a thread or a standard stream",
        access -> isOutside(access.getTarget()));
  }

  private static boolean isOutside(AccessTarget target) {
    var owner = target.getOwner();
    var member = target.getName();
    if (owner.getPackageName().startsWith("java.time") && member.equals("now")) {
      return true;
    }
    return OUTSIDE_MEMBERS.entrySet().stream()
        .anyMatch(type -> type.getValue().contains(member) && owner.isAssignableTo(type.getKey()));
  }

  private SliceAssignment packagesOfRooms() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        var name = type.getPackageName();
        return ARROWS.keySet().stream().anyMatch(room -> isInside(name, room))
            ? SliceIdentifier.of(name)
            : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "the packages of the rooms";
      }
    };
  }

  private boolean isInside(String packageName, String room) {
    var top = root + "." + room;
    return packageName.equals(top) || packageName.startsWith(top + ".");
  }

  private String inside(String room) {
    return root + "." + room + "..";
  }

  private String[] targetsBut(String target) {
    return TARGETS.stream()
        .filter(other -> !other.equals(target))
        .map(other -> inside("targets." + other))
        .toArray(String[]::new);
  }

  private static String[] with(List<String> some, String one) {
    var all = new ArrayList<>(some);
    all.add(one);
    return all.toArray(String[]::new);
  }
}
