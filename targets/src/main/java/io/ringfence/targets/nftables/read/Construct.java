package io.ringfence.targets.nftables.read;

/**
 * What a ruleset has and this reader has no meaning for; it is taken to match and not to match.
 *
 * @param place table, chain and rule where it stands
 * @param text the construct as it reads there
 * @param effect what is not known on its account
 */
public record Construct(String place, String text, String effect) {
  @Override
  public String toString() {
    return place + ": " + text + " (" + effect + ")";
  }
}
