package io.ringfence.targets.nftables.read;

/** Where a verdict sends a packet. */
sealed interface Target {
  record Accept() implements Target {}

  record Drop() implements Target {}

  record Return() implements Target {}

  record Jump(String chain) implements Target {}

  record Goto(String chain) implements Target {}

  default String text() {
    return switch (this) {
      case Accept t -> "accept";
      case Drop t -> "drop";
      case Return t -> "return";
      case Jump t -> "jump " + t.chain();
      case Goto t -> "goto " + t.chain();
    };
  }
}
