package io.ringfence.conformance.badrooms.language;

final class Prints {
  void print() {
    System.out.println();
  }
}
