package io.ringfence.gateway.policy;

import io.ringfence.gateway.request.CollectionNames;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import java.util.Optional;

/**
 * The names of a tenant's callers. With a prefix they are the server's names without it; without
 * one they are the server's.
 *
 * <p>INVARIANT (no name leaves its tenant): what is passed on is never another tenant's, and what
 * is shown is the tenant's own, under the one name that leads back to it.
 *
 * @param prefix empty for none
 * @param prefixed finds the names that bear any tenant's prefix
 */
record TenantNames(
    String tenant, String prefix, NameTable<String> prefixed, Memberships memberships)
    implements CollectionNames {
  @Override
  public String toServer(String name) throws RefusedException {
    String serverName = prefix + name;
    if (!mayBeNamed(name) || memberships.ownedByAnother(tenant, serverName)) {
      throw new RefusedException(
          Refusal.Kind.NOT_FOUND, "there is no collection `" + name + "` here");
    }
    return serverName;
  }

  @Override
  public Optional<String> toClient(String serverName) {
    if (!serverName.startsWith(prefix) || !isOwn(serverName)) {
      return Optional.empty();
    }
    String name = serverName.substring(prefix.length());
    return mayBeNamed(name) ? Optional.of(name) : Optional.empty();
  }

  private boolean mayBeNamed(String name) {
    return !name.isEmpty() && prefixed.first(name, t -> true) == null;
  }

  private boolean isOwn(String serverName) {
    return memberships.owns(tenant, serverName) && !memberships.ownedByAnother(tenant, serverName);
  }
}
