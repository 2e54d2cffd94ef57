import java.util.function.IntFunction;

/**
 * A way of writing a policy.
 *
 * @param ruleset the policy with a number of elements
 * @param base the same without the lookup
 * @param traffic the packets that hit it
 */
record Structure(
    String name,
    IntFunction<String> ruleset,
    String base,
    Traffic traffic,
    Connections connections,
    int sizeMax) {
  /** What conntrack knows of the packets measured. */
  enum Connections {
    /** It is not on. */
    UNTRACKED,
    /** Each packet is the first of its connection. */
    NEW,
    /** Each packet's connection is known. */
    TRACKED
  }

  /**
   * Which packets an element stands for.
   *
   * @param sources how many addresses
   * @param ownTarget whether the element has a target of its own, rather than one of a thousand
   * @param ports how many ports
   * @param freshPorts whether source ports vary, so that each packet is a connection of its own
   */
  record Traffic(int sources, boolean ownTarget, int ports, boolean freshPorts) {}
}
