package io.ringfence.gateway.wire.postgresql;

import io.ringfence.gateway.doctor.Clientele;
import io.ringfence.gateway.doctor.Diagnosis;
import io.ringfence.gateway.engine.postgresql.PostgresqlGuard;
import io.ringfence.gateway.wire.Listener;
import io.ringfence.gateway.wire.SessionProtocol;
import java.io.IOException;
import java.util.Set;

/** PostgreSQL's protocol, as the gateway serves it. */
public final class PostgresqlDoor implements SessionProtocol {
  private final Set<PostgresqlGuard> guards;

  public PostgresqlDoor() {
    this(PostgresqlGuard.ALL);
  }

  /**
   * @param guards all but what a test takes away
   */
  public PostgresqlDoor(Set<PostgresqlGuard> guards) {
    this.guards = Set.copyOf(guards);
  }

  @Override
  public Listener.ConnectionOpener at(Place place) throws IOException {
    Database database = new Database(place);
    CancelKeys keys = new CancelKeys();
    return (channel, tls) ->
        channel.pipeline().addLast(new Greeting(place, database, keys, tls, guards));
  }

  @Override
  public Diagnosis examine(Place place, Clientele clientele) throws IOException {
    return new Examination(place, clientele).run();
  }
}
