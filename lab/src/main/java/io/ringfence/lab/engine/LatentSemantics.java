package io.ringfence.lab.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Turns a text into a vector so that texts on the same thing lie near each other, also when they
 * share few words: latent semantic analysis (Deerwester et al. 1990). Words weigh by how rare they
 * are, and a text is projected onto the directions in which the learned texts vary most.
 *
 * <p>Only that subspace matters for cosine distances, not its basis, so a few rounds of subspace
 * iteration do. The same texts give the same vectors on every machine.
 */
final class LatentSemantics {
  private static final int ROUNDS = 4;
  private static final long SEED = 20260101;
  private static final int WORD_LENGTH_MIN = 3;

  private static final Set<String> STOP =
      Set.of(
          ("about above after all also and any apart are away because been before between but can"
               + " does done each for from get gets gives had has have her his how its just may"
               + " means more most must need needs nor not off once one only other our out over she"
               + " should since some such than that the their them then there these they this those"
               + " two under until was were what when where which while who whole whom why will"
               + " with within would you your")
              .split(" "));

  private final int dimensions;
  private final Map<String, Integer> words = new TreeMap<>();
  private final double[] rarity;

  /** By word, then dimension. */
  private final double[][] basis;

  /**
   * Learns from texts.
   *
   * @param dimensions how long a vector is; at most the number of words and of texts
   */
  LatentSemantics(List<String> texts, int dimensions) {
    this.dimensions = dimensions;
    List<List<String>> split = texts.stream().map(LatentSemantics::wordsOf).toList();
    split.forEach(t -> t.forEach(w -> words.put(w, 0)));
    int next = 0;
    for (Map.Entry<String, Integer> word : words.entrySet()) {
      word.setValue(next++);
    }
    this.rarity = rarity(split);
    this.basis = subspace(split.stream().map(this::weighed).toList());
  }

  /** Of unit length; empty when none of the text's words occurs in what was learned. */
  float[] vector(String text) {
    Sparse weighed = weighed(wordsOf(text));
    double[] projected = new double[dimensions];
    for (int i = 0; i < weighed.words.length; i++) {
      addTo(projected, basis[weighed.words[i]], weighed.weights[i]);
    }
    double length = Math.sqrt(dot(projected, projected));
    if (length == 0) {
      return new float[0];
    }
    float[] out = new float[dimensions];
    for (int d = 0; d < dimensions; d++) {
      out[d] = (float) (projected[d] / length);
    }
    return out;
  }

  /** A text as weights of its known words, of unit length. */
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  private record Sparse(int[] words, double[] weights) {}

  private static List<String> wordsOf(String text) {
    List<String> out = new ArrayList<>();
    for (String word : text.toLowerCase(Locale.ROOT).split("[^a-z0-9]+", -1)) {
      if (word.length() >= WORD_LENGTH_MIN && !STOP.contains(word)) {
        out.add(stem(word));
      }
    }
    return out;
  }

  /** Plurals and the commonest endings of verbs, cut alike wherever they occur. */
  private static String stem(String word) {
    for (String ending : List.of("ing", "ed", "es", "s", "e")) {
      if (word.endsWith(ending) && word.length() >= ending.length() + WORD_LENGTH_MIN) {
        return word.substring(0, word.length() - ending.length());
      }
    }
    return word;
  }

  private double[] rarity(List<List<String>> texts) {
    int[] occurs = new int[words.size()];
    texts.forEach(t -> new HashSet<>(t).forEach(w -> occurs[words.get(w)]++));
    return Arrays.stream(occurs)
        .mapToDouble(n -> StrictMath.log((1.0 + texts.size()) / n))
        .toArray();
  }

  private Sparse weighed(List<String> text) {
    Map<Integer, Integer> counts = new TreeMap<>();
    text.stream()
        .map(words::get)
        .filter(Objects::nonNull)
        .forEach(w -> counts.merge(w, 1, Integer::sum));
    int[] which = counts.keySet().stream().mapToInt(Integer::intValue).toArray();
    double[] weights =
        Arrays.stream(which)
            .mapToDouble(w -> (1 + StrictMath.log(counts.get(w))) * rarity[w])
            .toArray();
    double length = Math.sqrt(dot(weights, weights));
    return new Sparse(which, Arrays.stream(weights).map(w -> w / length).toArray());
  }

  /** The span of the strongest left singular vectors of the matrix of words by texts. */
  private double[][] subspace(List<Sparse> texts) {
    Random random = new Random(SEED);
    double[][] q = new double[words.size()][dimensions];
    for (double[] row : q) {
      Arrays.setAll(row, d -> random.nextGaussian());
    }
    for (int round = 0; round < ROUNDS; round++) {
      orthonormalise(q);
      q = throughTexts(texts, q);
    }
    orthonormalise(q);
    return q;
  }

  /** Multiplies by the matrix's transpose, then by the matrix. */
  private double[][] throughTexts(List<Sparse> texts, double[][] q) {
    double[][] out = new double[words.size()][dimensions];
    for (Sparse text : texts) {
      double[] projected = new double[dimensions];
      for (int i = 0; i < text.words.length; i++) {
        addTo(projected, q[text.words[i]], text.weights[i]);
      }
      for (int i = 0; i < text.words.length; i++) {
        addTo(out[text.words[i]], projected, text.weights[i]);
      }
    }
    return out;
  }

  /** Gram and Schmidt's, in the modified order, over columns. */
  private void orthonormalise(double[][] q) {
    for (int c = 0; c < dimensions; c++) {
      for (int before = 0; before < c; before++) {
        double shared = columnDot(q, before, c);
        for (double[] row : q) {
          row[c] -= shared * row[before];
        }
      }
      double length = Math.sqrt(columnDot(q, c, c));
      for (double[] row : q) {
        row[c] /= length;
      }
    }
  }

  private static double columnDot(double[][] q, int a, int b) {
    double sum = 0;
    for (double[] row : q) {
      sum += row[a] * row[b];
    }
    return sum;
  }

  private static void addTo(double[] sum, double[] addend, double factor) {
    for (int d = 0; d < sum.length; d++) {
      sum[d] += factor * addend[d];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
