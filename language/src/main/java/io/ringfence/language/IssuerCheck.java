package io.ringfence.language;

import io.ringfence.model.Gateway;
import io.ringfence.model.Tenant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** A member told by a claim is nobody where no gateway takes the issuer's tokens. */
final class IssuerCheck {
  private final Problems problems;

  IssuerCheck(Problems problems) {
    this.problems = problems;
  }

  void check(Collection<Tenant> tenants, Collection<Gateway> gateways) {
    Set<String> issuers = new LinkedHashSet<>();
    gateways.forEach(g -> g.identity().jwt().ifPresent(j -> issuers.add(j.issuer())));
    for (Tenant tenant : tenants) {
      for (Tenant.Member member : tenant.members()) {
        if (member instanceof Tenant.Member.Claim c && !issuers.contains(c.issuer())) {
          problems.warn(
              tenant.at(),
              "no gateway takes tokens of "
                  + Said.quote(c.issuer())
                  + ", by which tenant "
                  + Said.quote(tenant.name())
                  + " tells members; "
                  + Said.instead(c.issuer(), "taken", issuers));
        }
      }
    }
  }
}
