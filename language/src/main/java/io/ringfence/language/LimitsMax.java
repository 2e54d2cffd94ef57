package io.ringfence.language;

/** How much of each thing a blueprint may hold; past it, loading refuses and names the limit. */
public final class LimitsMax {
  /** Files of one blueprint. */
  public static final int FILES_MAX = 1_000;

  /** Characters (UTF-16) of one file. */
  public static final int DOCUMENT_CHARS_MAX = 8 << 20;

  /** Lists and maps within one another, aliases followed. */
  public static final int DEPTH_MAX = 24;

  /** Keys, scalars, lists and maps of one file, aliases not followed. */
  public static final int NODES_MAX = 1_000_000;

  /** What all aliases of one file together stand for, counted as {@link #NODES_MAX} counts. */
  public static final int ALIAS_NODES_MAX = 100_000;

  /** Workloads of one blueprint. */
  public static final int WORKLOADS_MAX = 200_000;

  /** Access and egress rules of one blueprint, together. */
  public static final int RULES_MAX = 50_000;

  /** Entries of any other section of one blueprint. */
  public static final int SECTION_ENTRIES_MAX = 50_000;

  /** Characters of a name. */
  public static final int NAME_CHARS_MAX = 63;

  /** Characters of a condition. */
  public static final int CONDITION_CHARS_MAX = 4_096;

  /** Problems that are reported one by one; the rest are counted. */
  public static final int PROBLEMS_MAX = 1_000;

  private LimitsMax() {}
}
