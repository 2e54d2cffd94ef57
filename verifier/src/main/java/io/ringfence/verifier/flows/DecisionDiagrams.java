package io.ringfence.verifier.flows;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * An arena of reduced ordered binary decision diagrams over int arrays (R. Bryant, "Graph-Based
 * Algorithms for Boolean Function Manipulation", 1986).
 *
 * <p>A node is its index. Nodes are never freed: the arena lives as long as one check. Not for use
 * by several threads at once.
 *
 * <p>INVARIANT (canonical): no two nodes have the same variable and branches, and no node's
 * branches are the same, so that equal sets are equal indices.
 */
final class DecisionDiagrams {
  static final int FALSE = 0;
  static final int TRUE = 1;

  /** The most nodes of one arena; about 20 bytes each. */
  static final int NODES_MAX = 1 << 25;

  private static final int NODES_INITIAL = 1 << 12;
  private static final int CACHE_MAX = 1 << 22;
  private static final int LOWEST_BITS = 62;
  private static final int TERMINAL = Integer.MAX_VALUE;

  private static final int AND = 0;
  private static final int OR = 1;
  private static final int MINUS = 2;

  private final int nodesMax;
  private int size = 2;
  private int[] variable = new int[NODES_INITIAL];
  private int[] low = new int[NODES_INITIAL];
  private int[] high = new int[NODES_INITIAL];
  private int[] table = new int[2 * NODES_INITIAL];
  private long[] cacheKeys = new long[NODES_INITIAL];
  private int[] cacheValues = new int[NODES_INITIAL];

  DecisionDiagrams() {
    this(NODES_MAX);
  }

  DecisionDiagrams(int nodesMax) {
    this.nodesMax = nodesMax;
    variable[FALSE] = TERMINAL;
    variable[TRUE] = TERMINAL;
  }

  /** The nodes made so far. */
  int size() {
    return size;
  }

  /** The variable that a node asks; greater than every variable for the two terminals. */
  int variable(int node) {
    return variable[node];
  }

  int low(int node) {
    return low[node];
  }

  int high(int node) {
    return high[node];
  }

  /** The first 62 answers on the way to a set's lowest member, one bit each. */
  long lowest(int node) {
    long out = 0;
    int rest = node;
    while (rest > TRUE && variable[rest] < LOWEST_BITS) {
      boolean yes = low[rest] == FALSE;
      out |= yes ? 1L << LOWEST_BITS - variable[rest] : 0;
      rest = yes ? high[rest] : low[rest];
    }
    return out;
  }

  /** The node that asks {@code ask} and continues with {@code no} or {@code yes}. */
  int node(int ask, int no, int yes) {
    if (no == yes) {
      return no;
    }
    int slot = slot(ask, no, yes);
    for (int found = table[slot]; found != 0; found = table[slot]) {
      if (variable[found] == ask && low[found] == no && high[found] == yes) {
        return found;
      }
      slot = slot + 1 & table.length - 1;
    }
    return add(slot, ask, no, yes);
  }

  private int add(int slot, int ask, int no, int yes) {
    if (size == nodesMax) {
      throw new FlowSpaceFullException(nodesMax);
    }
    if (size == variable.length) {
      grow();
      return node(ask, no, yes);
    }
    int made = size++;
    variable[made] = ask;
    low[made] = no;
    high[made] = yes;
    table[slot] = made;
    return made;
  }

  private void grow() {
    int capacity = (int) Math.min(nodesMax, 2L * variable.length);
    variable = Arrays.copyOf(variable, capacity);
    low = Arrays.copyOf(low, capacity);
    high = Arrays.copyOf(high, capacity);
    table = new int[Integer.highestOneBit(2 * capacity - 1) << 1];
    for (int node = 2; node < size; node++) {
      int slot = slot(variable[node], low[node], high[node]);
      while (table[slot] != 0) {
        slot = slot + 1 & table.length - 1;
      }
      table[slot] = node;
    }
    if (cacheKeys.length < Math.min(capacity, CACHE_MAX)) {
      cacheKeys = new long[2 * cacheKeys.length];
      cacheValues = new int[cacheKeys.length];
    }
  }

  private int slot(int ask, int no, int yes) {
    return mix(((long) no << 32 | yes) * 31 + ask) & table.length - 1;
  }

  private static int mix(long key) {
    long h = key * 0x9e3779b97f4a7c15L;
    return (int) (h >>> 32 ^ h >>> 47);
  }

  int and(int a, int b) {
    if (a == b || b == TRUE) {
      return a;
    } else if (a == TRUE) {
      return b;
    } else if (a == FALSE || b == FALSE) {
      return FALSE;
    }
    return a < b ? apply(AND, a, b) : apply(AND, b, a);
  }

  int or(int a, int b) {
    if (a == b || b == FALSE) {
      return a;
    } else if (a == FALSE) {
      return b;
    } else if (a == TRUE || b == TRUE) {
      return TRUE;
    }
    return a < b ? apply(OR, a, b) : apply(OR, b, a);
  }

  /** {@code a} and not {@code b}. */
  int minus(int a, int b) {
    if (a == FALSE || b == TRUE || a == b) {
      return FALSE;
    } else if (b == FALSE) {
      return a;
    }
    return apply(MINUS, a, b);
  }

  /** The set whatever the variables from {@code first} to before {@code end} are. */
  int whatever(int node, int first, int end) {
    return whatever(node, first, end, new HashMap<>());
  }

  private int whatever(int node, int first, int end, Map<Integer, Integer> known) {
    if (variable[node] >= end) {
      return node;
    }
    Integer found = known.get(node);
    if (found == null) {
      int no = whatever(low[node], first, end, known);
      int yes = whatever(high[node], first, end, known);
      found = variable[node] < first ? node(variable[node], no, yes) : or(no, yes);
      known.put(node, found);
    }
    return found;
  }

  /** The same set as a node of another arena. */
  int copy(int node, DecisionDiagrams other) {
    return copy(node, other, new HashMap<>());
  }

  private int copy(int node, DecisionDiagrams other, Map<Integer, Integer> known) {
    if (node <= TRUE) {
      return node;
    }
    Integer found = known.get(node);
    if (found == null) {
      int no = copy(other.low[node], other, known);
      int yes = copy(other.high[node], other, known);
      found = node(other.variable[node], no, yes);
      known.put(node, found);
    }
    return found;
  }

  /** Neither is decided by the terminal cases of the operation. */
  private int apply(int operation, int a, int b) {
    // 31 bits each suffice, for NODES_MAX is below 2^25; the operation is never all ones.
    long key = ((long) a << 31 | b) << 2 | operation + 1;
    int cached = mix(key) & cacheKeys.length - 1;
    if (cacheKeys[cached] == key) {
      return cacheValues[cached];
    }
    int ask = Math.min(variable[a], variable[b]);
    int lowA = variable[a] == ask ? low[a] : a;
    int highA = variable[a] == ask ? high[a] : a;
    int lowB = variable[b] == ask ? low[b] : b;
    int highB = variable[b] == ask ? high[b] : b;
    int result = node(ask, branch(operation, lowA, lowB), branch(operation, highA, highB));
    cached = mix(key) & cacheKeys.length - 1;
    cacheKeys[cached] = key;
    cacheValues[cached] = result;
    return result;
  }

  private int branch(int operation, int a, int b) {
    return switch (operation) {
      case AND -> and(a, b);
      case OR -> or(a, b);
      default -> minus(a, b);
    };
  }
}
