package io.ringfence.gateway.testing;

import static org.junit.jupiter.api.Assertions.fail;

import io.ringfence.gateway.engine.Protocol;
import io.ringfence.gateway.request.Operation;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.Scope;
import io.ringfence.gateway.request.Step;
import io.ringfence.gateway.request.Understanding;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Carries one request through an engine, step by step, with everything permitted.
 *
 * @param <C> a question to the database
 * @param <A> an answer
 */
public final class TestingExchange<C, A> {
  private final Protocol<C, A> protocol;
  private final Function<C, A> database;
  private final List<C> asked = new ArrayList<>();
  private Operation operation;

  public TestingExchange(Protocol<C, A> protocol, Function<C, A> database) {
    this.protocol = protocol;
    this.database = database;
  }

  /** The client's answer. */
  public A run(C request, Scope scope) {
    asked.clear();
    operation = null;
    try {
      return run(protocol.understand(request, scope));
    } catch (RefusedException e) {
      return protocol.refuse(e.refusal());
    }
  }

  private A run(Understanding<C, A> understanding) throws RefusedException {
    return switch (understanding) {
      case Understanding.Lookup<C, A> lookup -> run(lookup.next().with(ask(lookup.call())));
      case Understanding.Classified<C, A> classified -> {
        operation = classified.operation();
        yield run(classified.start().first());
      }
    };
  }

  private A run(Step<C, A> first) throws RefusedException {
    Step<C, A> step = first;
    for (int asks = 0; asks <= Step.ASKS_MAX; asks++) {
      switch (step) {
        case Step.Answer<C, A> answer -> {
          return answer.answer();
        }
        case Step.Refuse<C, A> refuse -> {
          return protocol.refuse(refuse.refusal());
        }
        case Step.Ask<C, A> ask -> step = ask.next().with(ask(ask.call()));
      }
    }
    return fail("more than " + Step.ASKS_MAX + " questions");
  }

  private A ask(C call) {
    asked.add(call);
    return database.apply(call);
  }

  /** What the database was asked, in order. */
  public List<C> asked() {
    return asked;
  }

  /** What the request was classified as. */
  public Operation operation() {
    return operation;
  }
}
