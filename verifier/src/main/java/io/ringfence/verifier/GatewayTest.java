package io.ringfence.verifier;

import io.ringfence.model.AccessRule;
import io.ringfence.model.Action;
import io.ringfence.model.Address;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.BlueprintTest;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import io.ringfence.model.PortRange;
import io.ringfence.model.PortSet;
import io.ringfence.model.Principal;
import io.ringfence.model.Request;
import io.ringfence.model.Tenant;
import io.ringfence.model.Verdict;
import io.ringfence.model.Workload;
import io.ringfence.verifier.projection.Permit;
import io.ringfence.verifier.subject.Check;
import io.ringfence.verifier.subject.Finding;
import io.ringfence.verifier.subject.Subject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One expectation about what passes a gateway: an operation, or packets on both sides of it. */
record GatewayTest(Subject subject, BlueprintTest test, String name) {
  /** The most addresses of one end that are tried one by one. */
  static final int ADDRESSES_MAX = 256;

  Optional<Finding> finding() {
    for (Address source : sources()) {
      for (Address goal : goals()) {
        Optional<Finding> finding =
            test.action().isPresent()
                ? ofRequest(source, goal, test.action().get())
                : ofWay(source, goal);
        if (finding.isPresent()) {
          return finding;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The sources whose packets can get to the gateway: it has an address of their family where they
   * enter. If there are none, that is what is wrong.
   */
  private List<Address> sources() {
    List<Address> all = addresses(subject.directory().ruleAddresses(test.from().place()));
    List<Address> fit = all.stream().filter(a -> entryFamilies(a).contains(a.family())).toList();
    return fit.isEmpty() ? all : fit;
  }

  /** The families of the private endpoint of the tenant whose member a source is, or its own. */
  private Set<Family> entryFamilies(Address source) {
    for (Tenant tenant : subject.blueprint().tenants().values()) {
      if (isMember(source, tenant) && tenant.endpoint().filter(this::isTested).isPresent()) {
        return EnumSet.of(tenant.endpoint().get().address().family());
      }
    }
    return ownFamilies();
  }

  private boolean isTested(Tenant.PrivateEndpoint endpoint) {
    return endpoint.gateway().equals(test.via().orElseThrow());
  }

  private boolean isMember(Address source, Tenant tenant) {
    Principal principal = test.as().orElseGet(() -> own(source));
    return principal.claimedTenant().filter(tenant.name()::equals).isPresent()
        || principal.identity().filter(tenant::hasMember).isPresent();
  }

  private Set<Family> ownFamilies() {
    Workload gateway = subject.blueprint().workloads().get(test.via().orElseThrow());
    return gateway.addresses().stream()
        .map(Address::family)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Family.class)));
  }

  /** The addresses of the service that the gateway's packets can get to; all, if there are none. */
  private List<Address> goals() {
    List<Address> all = addresses(subject.directory().ruleAddresses(test.to().place()));
    Workload gateway = subject.blueprint().workloads().get(test.via().orElseThrow());
    AddressSet own = subject.directory().addresses(gateway);
    List<Address> fit = all.stream().filter(a -> !own.ofFamily(a.family()).isEmpty()).toList();
    return fit.isEmpty() ? all : fit;
  }

  private Optional<Finding> ofRequest(Address source, Address goal, Action action) {
    PortRange port = test.port().ranges().getFirst();
    Request request =
        new Request(
            source,
            test.via().orElseThrow(),
            goal,
            port.protocol(),
            port.first(),
            test.as().orElseGet(() -> own(source)),
            action,
            test.collection(),
            test.with());
    Verdict verdict = subject.authorizer().decide(request);
    return verdict.permitted() == test.permit()
        ? Optional.empty()
        : Optional.of(failed(request, verdict));
  }

  /** Who does not say whose name it asks in asks in its own. */
  private Principal own(Address source) {
    Optional<String> id =
        subject.directory().workloadsAt(source).stream()
            .sorted(Comparator.comparing(w -> !named().contains(w)))
            .findFirst()
            .flatMap(Workload::identity);
    return id.map(Principal::of).orElse(Principal.ANONYMOUS);
  }

  /** Of the processes that share an address, those that the test names come first. */
  private List<Workload> named() {
    return subject.directory().workloads(test.from().place());
  }

  private Finding failed(Request request, Verdict verdict) {
    String message = BlueprintTests.message(test, name, verdict, subject.text(request));
    return Finding.of(Check.TEST_FAILED, name, message, test.at(), request)
        .withDetails(verdict.trace());
  }

  /** Without an operation, packets are to pass from the source to the gateway and on. */
  private Optional<Finding> ofWay(Address source, Address goal) {
    for (AccessRule rule : subject.rules()) {
      if (rule.through().equals(test.via())) {
        Optional<Flow> entry =
            leg(rule, Permit.Leg.TO_GATEWAY, AddressSet.of(source), AddressSet.ALL, PortSet.ALL);
        Optional<Flow> exit =
            leg(rule, Permit.Leg.FROM_GATEWAY, AddressSet.ALL, AddressSet.of(goal), test.port());
        if (entry.isPresent() && exit.isPresent()) {
          return test.permit() ? Optional.empty() : Optional.of(failed(entry.get()));
        }
      }
    }
    return test.permit() ? Optional.of(failed(denied(source, goal))) : Optional.empty();
  }

  private Flow denied(Address source, Address goal) {
    return subject.nearestDenied(AddressSet.of(source), AddressSet.of(goal), test.port());
  }

  private Optional<Flow> leg(
      AccessRule rule, Permit.Leg leg, AddressSet from, AddressSet to, PortSet ports) {
    for (Permit permit : subject.permitted().of(rule)) {
      Permit box = new Permit(name, leg, from, to, permit.fqdn(), ports, test.at());
      Optional<Flow> flow =
          permit.leg() == leg
              ? permit.intersect(box).flatMap(subject.witnesses()::flow)
              : Optional.empty();
      if (flow.isPresent()) {
        return flow;
      }
    }
    return Optional.empty();
  }

  private Finding failed(Flow flow) {
    Verdict verdict = subject.authorizer().decide(flow);
    String what = subject.text(flow) + " by `" + test.via().orElseThrow() + "`";
    String message = BlueprintTests.message(test, name, verdict, what);
    return Finding.of(Check.TEST_FAILED, name, message, test.at(), flow);
  }

  private static List<Address> addresses(AddressSet set) {
    List<Address> out = new ArrayList<>();
    for (AddressRange range : set.ranges()) {
      Address next = range.first();
      while (out.size() < ADDRESSES_MAX) {
        out.add(next);
        if (next.equals(range.last())) {
          break;
        }
        next = next.next();
      }
    }
    return out;
  }
}
