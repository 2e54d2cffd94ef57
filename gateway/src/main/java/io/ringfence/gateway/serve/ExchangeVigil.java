package io.ringfence.gateway.serve;

import io.ringfence.gateway.exchange.Caller;
import io.ringfence.gateway.exchange.Decision;
import io.ringfence.gateway.exchange.Vigil;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.Refusal;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.session.LiveStreams;
import io.ringfence.gateway.session.Session;
import io.ringfence.gateway.wire.Asker;
import io.ringfence.gateway.wire.Reception;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Watches one request while the database answers it: what it showed of its caller is verified
 * again, and its operation decided again by the generation that is then in force.
 */
record ExchangeVigil(LiveStreams streams, Supplier<? extends Reception> reception, Asker asker)
    implements Vigil {
  @Override
  public Runnable watch(
      Caller caller, Operation operation, Decision decision, Consumer<Refusal> end) {
    Running running = new Running(caller.name(), operation, decision.sessions(), end);
    streams.add(running);
    return () -> streams.done(running);
  }

  /** A request that is being answered; each is equal to itself alone. */
  private final class Running implements LiveStreams.Stream {
    private final String caller;
    private final Operation operation;
    private final List<Session> sessions;
    private final Consumer<Refusal> end;

    private Running(
        String caller, Operation operation, List<Session> sessions, Consumer<Refusal> end) {
      this.caller = caller;
      this.operation = operation;
      this.sessions = sessions;
      this.end = end;
    }

    @Override
    public String caller() {
      return caller;
    }

    @Override
    public List<Session> sessions() {
      return sessions;
    }

    @Override
    public Optional<String> refusal() {
      Reception now = reception.get();
      try {
        Caller again = now.caller(asker);
        return now.gatekeeper().decide(again, operation).permitted()
            ? Optional.empty()
            : Optional.of("no rule permits it now");
      } catch (RefusedException e) {
        return Optional.of(e.refusal().text());
      }
    }

    @Override
    public void end(String why) {
      end.accept(new Refusal(Refusal.Kind.DENIED, "it was permitted, and is no longer: " + why));
    }
  }
}
