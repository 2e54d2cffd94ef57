package io.ringfence.verifier.lint;

import io.ringfence.model.AccessRule;
import io.ringfence.verifier.operations.Grant;
import io.ringfence.verifier.operations.NameSet;
import io.ringfence.verifier.subject.Subject;
import java.util.Optional;

/**
 * Whether one rule through a gateway grants all that another does, to the same principals, under no
 * further condition. Several rules that only together grant as much do not count.
 */
final class GrantCover {
  private final Subject subject;

  GrantCover(Subject subject) {
    this.subject = subject;
  }

  boolean covers(AccessRule wide, AccessRule narrow) {
    return wide.through().equals(narrow.through())
        && unconditional(wide, narrow)
        && wide.encryption().equals(narrow.encryption())
        && subject.flows(wide).containsAll(subject.flows(narrow))
        && subject.grants().under(narrow).stream().allMatch(g -> granted(g, wide));
  }

  private static boolean unconditional(AccessRule wide, AccessRule narrow) {
    Optional<String> wideWhen = wide.when().map(c -> c.cel());
    boolean when = wideWhen.isEmpty() || wideWhen.equals(narrow.when().map(c -> c.cel()));
    return when && (wide.session().isEmpty() || wide.session().equals(narrow.session()));
  }

  private boolean granted(Grant grant, AccessRule wide) {
    return subject.grants().under(wide).stream().anyMatch(w -> granted(grant, w));
  }

  private static boolean granted(Grant grant, Grant wide) {
    return wide.principal().equals(grant.principal())
        && wide.tenant().equals(grant.tenant())
        && wide.sources().containsAll(grant.sources())
        && wide.actions().containsAll(grant.actions())
        && (grant.collectionActions().isEmpty()
            || grant.collections().stream().allMatch(names -> within(names, wide)));
  }

  private static boolean within(NameSet names, Grant wide) {
    return names.within(wide.collections());
  }
}
