package io.ringfence.gateway.session;

import io.ringfence.gateway.identity.Identified;
import io.ringfence.gateway.identity.Marks;
import io.ringfence.gateway.policy.Credentials;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What was revoked for good: a value, exchanged as a whole. */
final class Revocations {
  static final int COUNT_MAX = 100_000;

  static final Revocations NONE = new Revocations(Set.of());

  private final Set<Revocation> revoked;

  private Revocations(Set<Revocation> revoked) {
    this.revoked = revoked;
  }

  static Revocations of(Collection<Revocation> revoked) {
    return new Revocations(Collections.unmodifiableSet(new LinkedHashSet<>(revoked)));
  }

  Revocations with(Revocation what) {
    List<Revocation> out = new ArrayList<>(revoked);
    out.add(what);
    return of(out);
  }

  Revocations without(Revocation what) {
    List<Revocation> out = new ArrayList<>(revoked);
    out.remove(what);
    return of(out);
  }

  boolean holds(Revocation what) {
    return revoked.contains(what);
  }

  List<Revocation> list() {
    return List.copyOf(revoked);
  }

  /** What of a caller's proofs is revoked; empty when nothing is. */
  Optional<Revocation> of(Identified who) {
    return revoked.isEmpty()
        ? Optional.empty()
        : shown(who).stream().filter(revoked::contains).findFirst();
  }

  private static List<Revocation> shown(Identified who) {
    List<Revocation> out = new ArrayList<>();
    Credentials credentials = who.credentials();
    credentials.spiffeId().ifPresent(id -> out.add(new Revocation.OfPrincipal(id)));
    credentials
        .token()
        .ifPresent(
            t -> out.add(new Revocation.OfPrincipal(t.issuer() + "#" + t.claims().get("sub"))));
    Marks marks = who.marks();
    marks.certificate().ifPresent(c -> out.add(new Revocation.OfCertificate(c)));
    marks.token().ifPresent(t -> out.add(new Revocation.OfToken(t)));
    marks.key().ifPresent(k -> out.add(new Revocation.OfKey(k)));
    return out;
  }
}
