package io.ringfence.gateway.wire;

import io.ringfence.gateway.doctor.Clientele;
import io.ringfence.gateway.doctor.Diagnosis;
import io.ringfence.gateway.limit.Bodies;
import io.ringfence.gateway.limit.Bounds;
import io.ringfence.gateway.secret.Secrets;
import io.ringfence.gateway.session.LiveStreams;
import io.ringfence.model.Gateway;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A protocol whose clients hold sessions, as PostgreSQL's: it serves a connection as a whole. */
public interface SessionProtocol {
  /**
   * What it needs of the gateway.
   *
   * @param reception that of this moment
   * @param streams where each session is to be added, so that it ends when it is permitted no
   *     longer
   * @param upstream how it logs in to the database
   * @param database where that is
   * @param bounds on what its clients may take, of this moment
   * @param bodies room for what they send
   * @param notes for the operator
   */
  record Place(
      Transport transport,
      Supplier<Reception> reception,
      LiveStreams streams,
      Gateway.Upstream upstream,
      InetSocketAddress database,
      Secrets secrets,
      Supplier<Bounds> bounds,
      Bodies bodies,
      Consumer<String> notes) {}

  /**
   * Makes what takes each connection.
   *
   * @throws IOException when something it needs is absent
   */
  Listener.ConnectionOpener at(Place place) throws IOException;

  /**
   * Looks at what the database's own settings leave open to those who come to it. It waits for the
   * database.
   *
   * @throws IOException when the database cannot be looked at
   */
  Diagnosis examine(Place place, Clientele clientele) throws IOException;
}
