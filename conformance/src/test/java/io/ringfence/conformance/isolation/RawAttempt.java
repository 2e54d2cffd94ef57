package io.ringfence.conformance.isolation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Bytes on a connection of their own: nothing is compared, but what they bring about. */
record RawAttempt(String tenant, HttpPeer gateway, HttpBytes.Sent sent) implements Subject.Attempt {
  private static final int PATIENCE_MILLIS = 15;

  @Override
  public String operation() {
    return "raw";
  }

  @Override
  public Subject.Kind kind() {
    return Subject.Kind.ODD;
  }

  @Override
  public boolean changes() {
    return false;
  }

  @Override
  public String text() {
    String text = new String(sent.bytes(), StandardCharsets.UTF_8);
    return tenant + " bytes " + text + " " + text.replace("%67", "g");
  }

  @Override
  public Subject.Answer throughGateway() throws IOException {
    String said = gateway.tell(sent.bytes(), PATIENCE_MILLIS, sent.protocol());
    return new Subject.Answer(400, Optional.empty(), said);
  }

  @Override
  public boolean reached() {
    return false;
  }

  @Override
  public Subject.Answer onTwin() {
    throw new IllegalStateException("nothing is compared");
  }
}
