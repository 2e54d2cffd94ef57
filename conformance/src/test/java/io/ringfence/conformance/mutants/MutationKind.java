package io.ringfence.conformance.mutants;

/** A way for a ruleset to be wrong. */
enum MutationKind {
  ADDRESS_BIT("an address or prefix one bit off"),
  PORT_OFF("a port one off"),
  INTERVAL_END("an end of an interval lost"),
  PROTOCOL("a protocol dropped, or taken for another"),
  NEGATED("`!=` for `==`, or the other way"),
  RULES_SWAPPED("two rules swapped"),
  ELEMENTS_SWAPPED("two map elements' verdicts swapped"),
  ELEMENT_LOST("an element of a set or map lost"),
  POLICY("a chain's policy flipped"),
  STATE_WIDENED("`ct state` widened or narrowed"),
  WRONG_CHAIN("a jump to the wrong chain"),
  JUMP_FOR_GOTO("`goto` for `jump`, or the other way"),
  FAMILY("the family forgotten, or taken for the other"),
  SET_EMPTIED("a set emptied"),
  SET_OPENED("a set opened to everything"),
  RULE_LOST("a rule lost: spoof guard, infrastructure, invalid..."),
  MATCH_LOST("a match lost"),
  HOP_LIMIT("the hop limit dropped or off by one"),
  MARK("the mark, its mask or its setting changed"),
  FLAGS("TCP flags or their mask changed"),
  VERDICT("accept for drop, or the like"),
  OWNER("a socket's owner dropped, widened, or taken for another"),
  EXCEPT_IGNORED("historic: an `except` ignored"),
  NOT_IN_TO_OR("historic: `not in` turned to `or`");

  private final String text;

  MutationKind(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
