package io.ringfence.cli.graph;

/** Line icons on a square of 16 pixels, as SVG path data. */
final class SvgIcons {
  private SvgIcons() {}

  static String of(GraphNode.Kind kind) {
    return switch (kind) {
      case WORKLOAD -> "M2.5 2.5h11v4.5h-11zM2.5 9h11v4.5h-11zM5 4.75h.01M5 11.25h.01";
      case DATABASE ->
          "M2.5 4c0-1.4 2.5-2.2 5.5-2.2s5.5.8 5.5 2.2-2.5 2.2-5.5 2.2S2.5 5.4 2.5 4z"
              + "M2.5 4v8c0 1.4 2.5 2.2 5.5 2.2s5.5-.8 5.5-2.2V4"
              + "M2.5 8c0 1.4 2.5 2.2 5.5 2.2s5.5-.8 5.5-2.2";
      case GATEWAY ->
          "M8 1.5l5.5 2v4.3c0 3.2-2.2 5.4-5.5 6.7-3.3-1.3-5.5-3.5-5.5-6.7V3.5z"
              + "M5.5 7.8l1.9 1.9 3.2-3.5";
      case BASTION -> "M2 2.5h12v11H2zM4.7 6l2 2-2 2M8.3 10.3h3";
      case ENDPOINT -> "M8 2a6 6 0 1 0 .01 0zM8 6.2a1.8 1.8 0 1 0 .01 0z";
      case SEGMENT -> "M8 1.8l6 3-6 3-6-3zM2 8l6 3 6-3M2 11.2l6 3 6-3";
      case INTERNET ->
          "M8 1.8a6.2 6.2 0 1 0 .01 0zM1.8 8h12.4M8 1.8c-4.2 3.9-4.2 8.5 0 12.4"
              + "M8 1.8c4.2 3.9 4.2 8.5 0 12.4";
      case PREFIX -> "M6 2h4v3.5H6zM2 10.5h4V14H2zM10 10.5h4V14h-4zM8 5.5V8M4 10.5V8h8v2.5";
      case FQDN -> "M4.6 12.8h6.8a2.9 2.9 0 0 0 .5-5.75 4 4 0 0 0-7.7.9 2.5 2.5 0 0 0 .4 4.85z";
    };
  }
}
