package io.ringfence.gateway.policy;

import io.ringfence.decision.Authorizer;
import io.ringfence.decision.SessionFacts;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.Directory;
import io.ringfence.model.Principal;
import io.ringfence.model.Request;
import io.ringfence.model.SessionTerms;
import io.ringfence.model.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One generation of a blueprint, compiled to decide operations at once: equal to {@link Authorizer}
 * in verdict and decider. One of it serves all threads and never changes.
 *
 * <p>INVARIANT (deny is what is left): a request is permitted only where compiling found a grant
 * for its caller, door and operation.
 */
public final class CompiledPolicy {
  private final Generation generation;
  private final Directory directory;
  private final Memberships memberships;
  private final Tenancy tenancy;
  private final AddressMap addresses;
  private final Map<String, Map<Address, List<Door>>> doors;
  private final Map<String, Verdict> denials = new HashMap<>();
  private final Verdict denial = denial("");
  private final ProcessHosts processHosts;
  private final boolean demandsApproval;

  /** Made when somebody first asks why. */
  private Authorizer reference;

  public CompiledPolicy(Directory directory, Generation generation) {
    this.generation = generation;
    this.directory = directory;
    memberships = new Memberships(directory.blueprint());
    tenancy = new Tenancy(directory.blueprint(), memberships);
    processHosts = new ProcessHosts(directory);
    demandsApproval =
        directory.rules().stream()
            .anyMatch(r -> r.session().filter(SessionTerms::approvalRequired).isPresent());
    PolicyCompiler compiler = new PolicyCompiler(directory, memberships);
    addresses = compiler.addresses();
    doors = compiler.doors(addresses);
    directory.blueprint().segments().keySet().forEach(s -> denials.put(s, denial("/" + s)));
  }

  private static Verdict denial(String segment) {
    return Verdict.deny(Authorizer.DEFAULT_DENY + segment, Optional.empty(), List.of());
  }

  public Generation generation() {
    return generation;
  }

  /** The rule that a verdict names as its decider; empty where none decided. */
  public Optional<AccessRule> rule(Verdict verdict) {
    return directory.rule(verdict.decider());
  }

  /** Whether some rule demands that a second person approves. */
  public boolean demandsApproval() {
    return demandsApproval;
  }

  /** Who is a tenant, in this generation. */
  public Tenancy tenancy() {
    return tenancy;
  }

  /** The verdict on an operation. It does not say what was considered; {@link #explain} does. */
  public Verdict decide(Request request) {
    return decided(request, null);
  }

  /** The verdict, where the principal's session under each rule counts for that rule alone. */
  public Verdict decide(Request request, SessionFacts sessions) {
    return decided(request, sessions);
  }

  /**
   * The verdict on a greeting, which shows no data: permitted where some rule, under whatever
   * condition, permits the principal something at the request's door. Action and collection are not
   * looked at.
   */
  public Verdict greeting(Request request) {
    Spot source = addresses.at(request.source());
    Door door = door(request);
    Principal principal = request.principal();
    Grant grant =
        door == null || memberships.contradictory(principal)
            ? null
            : anyGrant(door.callers(), source, principal);
    return grant == null ? denied(request.destination(), source) : grant.verdict();
  }

  private Grant anyGrant(Callers callers, Spot source, Principal principal) {
    String tenant = memberships.tenant(principal);
    Grant own = itself(source, principal) ? callers.workloads().any(source.area()) : null;
    return tenant == null ? own : Grant.earlier(own, callers.ofMembers(tenant).any(source.area()));
  }

  private Verdict decided(Request request, SessionFacts sessions) {
    if (processHosts.concern(request)) {
      return sessions == null ? explain(request) : reference().decide(request, sessions);
    }
    Spot source = addresses.at(request.source());
    Grant grant = grant(request, source, sessions);
    return grant == null ? denied(request.destination(), source) : grant.verdict();
  }

  private Grant grant(Request request, Spot source, SessionFacts sessions) {
    Door door = door(request);
    Principal principal = request.principal();
    if (door == null || memberships.contradictory(principal)) {
      return null;
    }
    String tenant = memberships.tenant(principal);
    Question question = new Question(request, memberships, tenant, sessions);
    Grant own =
        itself(source, principal) ? first(door.callers().workloads(), source, question) : null;
    return tenant == null
        ? own
        : Grant.earlier(own, first(door.callers().ofMembers(tenant), source, question));
  }

  /** No trust from network location: who asks must be the workload that it sends from. */
  private static boolean itself(Spot source, Principal principal) {
    return source.identity().isPresent() && source.identity().equals(principal.identity());
  }

  private static Grant first(AreaGrants grants, Spot source, Question question) {
    return grants.first(source.area(), question);
  }

  private Door door(Request request) {
    Map<Address, List<Door>> behind = doors.get(request.gateway());
    List<Door> here = behind == null ? null : behind.get(request.destination());
    if (here == null) {
      return null;
    }
    for (int i = 0; i < here.size(); i++) {
      Door door = here.get(i);
      if (door.takes(request.protocol(), request.port())) {
        return door.open() ? door : null;
      }
    }
    return null;
  }

  private Verdict denied(Address destination, Spot source) {
    Optional<String> segment = addresses.at(destination).segment();
    Optional<String> where = segment.isPresent() ? segment : source.segment();
    return where.isPresent() ? denials.get(where.get()) : denial;
  }

  /** The same verdict with what was considered, rule after rule. Slow: for people who ask. */
  public Verdict explain(Request request) {
    return reference().decide(request);
  }

  /** The rule that came nearest to permitting a denied request, and why it does not. Slow, too. */
  public Optional<Authorizer.Miss> nearestMiss(Request request) {
    return reference().nearestMiss(request);
  }

  private synchronized Authorizer reference() {
    if (reference == null) {
      reference = new Authorizer(directory);
    }
    return reference;
  }
}
