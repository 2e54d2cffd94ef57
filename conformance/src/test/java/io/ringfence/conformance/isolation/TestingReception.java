package io.ringfence.conformance.isolation;

import io.ringfence.decision.Conditions;
import io.ringfence.gateway.exchange.Admission;
import io.ringfence.gateway.exchange.AuditTrail;
import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.exchange.Decision;
import io.ringfence.gateway.exchange.Gatekeeper;
import io.ringfence.gateway.policy.CompiledPolicy;
import io.ringfence.gateway.policy.Credentials;
import io.ringfence.gateway.policy.Generation;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Touch;
import io.ringfence.gateway.wire.Asker;
import io.ringfence.gateway.wire.Reception;
import io.ringfence.language.BlueprintLoader;
import io.ringfence.language.SourceFile;
import io.ringfence.model.Address;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.model.Gateway;
import io.ringfence.model.Protocol;
import io.ringfence.model.Request;
import io.ringfence.model.SourceLocation;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decides a blueprint's requests as the gateway does; callers are known by their certificates and
 * are where the blueprint has them. What is recorded goes to a trail of the test's.
 */
final class TestingReception implements Reception {
  private static final String TRUST_DOMAIN = "spiffe://acme.example/";

  private final Blueprint blueprint;
  private final CompiledPolicy policy;
  private final int port;
  private final AuditTrail trail;
  private final Gatekeeper gatekeeper;
  private final Map<String, Caller> callers = new ConcurrentHashMap<>();

  /**
   * @param everything whether everything is permitted: without the gatekeeper
   */
  TestingReception(String text, int port, String engine, boolean everything, AuditTrail trail) {
    this.port = port;
    this.trail = trail;
    blueprint =
        new BlueprintLoader(new Conditions())
            .load(List.of(new SourceFile(engine + ".yaml", text)))
            .blueprint()
            .orElseThrow();
    policy = new CompiledPolicy(new Directory(blueprint), new Generation(1, "isolation"));
    gatekeeper =
        everything
            ? (caller, operation) -> Decision.permit("everything", SourceLocation.BUILT_IN)
            : this::decide;
  }

  Gateway gateway() {
    return blueprint.gateways().get("gateway");
  }

  @Override
  public Caller caller(Asker asker) throws RefusedException {
    return caller(
        name(
            asker
                .proofs()
                .certificate()
                .orElseThrow(
                    () -> new RefusedException(Refusal.Kind.UNAUTHENTICATED, "no certificate"))));
  }

  private static String name(X509Certificate certificate) throws RefusedException {
    try {
      String id = certificate.getSubjectAlternativeNames().iterator().next().get(1).toString();
      return id.substring(TRUST_DOMAIN.length());
    } catch (CertificateParsingException e) {
      throw new RefusedException(Refusal.Kind.UNAUTHENTICATED, "no identity");
    }
  }

  /** The caller of a workload. */
  Caller caller(String workload) throws RefusedException {
    Caller known = callers.get(workload);
    if (known == null) {
      Address address = blueprint.workloads().get(workload).addresses().iterator().next();
      known =
          Caller.of(
              policy.tenancy().standing(Credentials.of(TRUST_DOMAIN + workload)),
              workload,
              address,
              Map.of());
      callers.put(workload, known);
    }
    return known;
  }

  private Decision decide(Caller caller, Operation operation) {
    for (Touch touch : operation.touches()) {
      if (!policy.decide(request(caller, touch)).permitted()) {
        return Decision.DENIED;
      }
    }
    return Decision.permit("use", SourceLocation.BUILT_IN);
  }

  private Request request(Caller caller, Touch touch) {
    return new Request(
        caller.source(),
        "gateway",
        blueprint.workloads().get("database").addresses().iterator().next(),
        Protocol.TCP,
        port,
        caller.principal(),
        touch.action(),
        touch.collection(),
        caller.facts());
  }

  @Override
  public Gatekeeper gatekeeper() {
    return gatekeeper;
  }

  @Override
  public AuditTrail trail() {
    return trail;
  }

  @Override
  public Admission admission() {
    return Admission.UNBOUNDED;
  }

  @Override
  public CompletionStage<Void> unknown(Asker asker, Refusal refusal) {
    return CompletableFuture.completedStage(null);
  }
}
