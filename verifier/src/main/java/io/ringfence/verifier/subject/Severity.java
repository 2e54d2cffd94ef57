package io.ringfence.verifier.subject;

import io.ringfence.model.Words;

/** How much a finding matters. */
public enum Severity implements Words {
  /** The blueprint is refused. */
  ERROR,
  /** More is open than seems meant. */
  WARNING,
  /** Worth knowing. */
  INFO
}
