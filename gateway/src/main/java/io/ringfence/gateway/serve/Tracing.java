package io.ringfence.gateway.serve;

import io.ringfence.gateway.trace.Trace;
import io.ringfence.gateway.trace.Tracer;
import java.util.Optional;

/** Which requests of one service are traced. */
record Tracing(Tracer tracer, String gateway, String engine) {
  Optional<Trace> begin(Optional<String> traceparent) {
    return tracer.begin(traceparent, gateway, engine);
  }
}
