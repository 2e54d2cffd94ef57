package io.ringfence.conformance.differential;

/** What a packet is to the machine that meets it. */
enum Kind {
  OPENING("opens a flow"),
  WITHIN("stays on its host"),
  FRAGMENTED("opens a flow, in fragments"),
  MIDSTREAM("TCP, no SYN, no connection"),
  STRAY("belongs to no connection"),
  SPOOFED("opens a flow, spoofed source"),
  REPLY("reply, flow permitted"),
  FURTHER("goes on, flow permitted"),
  SPOOFED_REPLY("reply, spoofed source"),
  ERROR("ICMP error, flow permitted"),
  UNSOLICITED_REPLY("reply, flow denied"),
  UNSOLICITED_ERROR("ICMP error, flow denied"),
  INFRASTRUCTURE("ND, RS/RA, MLD");

  private final String text;

  Kind(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
