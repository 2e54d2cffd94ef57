package io.ringfence.gateway.policy;

import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.model.Blueprint;
import io.ringfence.model.NamePattern;
import io.ringfence.model.Principal;
import io.ringfence.model.Separation;
import io.ringfence.model.Tenant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who is a tenant: told by verified proofs of identity alone, never by a header, path, body or user
 * name.
 */
public final class Tenancy {
  private final Map<String, Tenant> tenants;
  private final Memberships memberships;
  private final Map<Tenant.Member.Claim, List<String>> tenantsByClaim = new HashMap<>();
  private final Map<String, Scope> scopes = new HashMap<>();
  private final Scope ofNobody = new Scope(Optional.empty(), new ServerNames());

  public Tenancy(Blueprint blueprint) {
    this(blueprint, new Memberships(blueprint));
  }

  Tenancy(Blueprint blueprint, Memberships memberships) {
    this.tenants = blueprint.tenants();
    this.memberships = memberships;
    NameTable<String> prefixed = prefixed();
    for (Tenant tenant : tenants.values()) {
      for (Tenant.Member member : tenant.members()) {
        if (member instanceof Tenant.Member.Claim claim) {
          tenantsByClaim.computeIfAbsent(claim, c -> new ArrayList<>()).add(tenant.name());
        }
      }
      TenantNames names = new TenantNames(tenant.name(), prefix(tenant), prefixed, memberships);
      scopes.put(tenant.name(), new Scope(Optional.of(tenant), names));
    }
  }

  private static String prefix(Tenant tenant) {
    return tenant.separation() == Separation.NAMES ? tenant.prefix().orElse("") : "";
  }

  /** Finds the names that bear any tenant's prefix. */
  private NameTable<String> prefixed() {
    NameTable.Builder<String> out = new NameTable.Builder<>();
    for (Tenant tenant : tenants.values()) {
      if (!prefix(tenant).isEmpty()) {
        out.add(0, new NamePattern(prefix(tenant) + "*"), tenant.name());
      }
    }
    return out.build();
  }

  /**
   * Who shows these proofs.
   *
   * @throws RefusedException when they make one caller a member of several tenants, or of one that
   *     there is not
   */
  public Standing standing(Credentials shown) throws RefusedException {
    Set<String> claimed = claimed(shown);
    Optional<String> one =
        claimed.isEmpty() ? Optional.empty() : Optional.of(claimed.iterator().next());
    Principal principal = new Principal(shown.spiffeId(), one);
    if (claimed.size() > 1 || memberships.contradictory(principal)) {
      throw new RefusedException(
          Refusal.Kind.DENIED, "the proofs of identity name more than one tenant");
    }
    String tenant = memberships.tenant(principal);
    if (tenant != null && !scopes.containsKey(tenant)) {
      throw new RefusedException(
          Refusal.Kind.DENIED, "the API key is for a tenant that there is not");
    }
    Scope scope = tenant == null ? ofNobody : scopes.get(tenant);
    return new Standing(principal, scope);
  }

  private Set<String> claimed(Credentials shown) {
    if (shown.token().isEmpty() && shown.tenant().isEmpty()) {
      return Set.of();
    }
    TreeSet<String> out = new TreeSet<>();
    shown.token().ifPresent(t -> out.addAll(claimed(t)));
    shown.tenant().ifPresent(out::add);
    return out;
  }

  /** The tenants that a token's claims name: each claim counts from its tenant's issuer only. */
  private List<String> claimed(Credentials.Token token) {
    List<String> out = new ArrayList<>();
    token
        .claims()
        .forEach(
            (claim, value) -> {
              for (String text : texts(value)) {
                var named = new Tenant.Member.Claim(token.issuer(), claim, text);
                out.addAll(tenantsByClaim.getOrDefault(named, List.of()));
              }
            });
    return out;
  }

  private static List<String> texts(Object value) {
    return switch (value) {
      case String text -> List.of(text);
      case List<?> list ->
          list.stream().filter(String.class::isInstance).map(String.class::cast).toList();
      case null, default -> List.of();
    };
  }
}
