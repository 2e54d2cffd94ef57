package io.ringfence.agent;

import io.ringfence.model.AddressSet;
import io.ringfence.model.Family;
import io.ringfence.model.Flow;
import java.util.List;
import java.util.Map;

/** What is to be enforced at one place, as the compiler makes it. */
public interface DesiredState {
  /** The host or router it is for, as a person names it. */
  String placement();

  /** The blueprint's files by name, kept with the generation for later comparison. */
  Map<String, String> sources();

  /**
   * The transaction that puts the place into the desired state, whatever state it was in.
   *
   * @param generation its number, which marks the connections that it has permitted
   * @return libnftables JSON, one atomic transaction
   */
  String artifact(int generation);

  /**
   * What a kernel listing enforces beyond the desired state and short of it, a sentence each with
   * its witness; empty when faithful.
   *
   * @param listing the table as libnftables lists it in JSON
   */
  List<String> differences(String listing);

  /** Whether a flow is permitted at the network layer. */
  boolean permits(Flow flow);

  /** The flows of the declared management path to this place, one of each kind. */
  List<Flow> managementPath();

  /** The sets to fill with what the resolvers answer, by name asked and family. */
  Map<String, Map<Family, String>> fqdnSets();

  /** Who may answer for names. */
  AddressSet resolvers();

  /** Where an answer may point; anything else is refused (DNS rebinding). */
  AddressSet internet();

  /** The segments that observe, in words, with what that leaves open. */
  List<String> leftOpen();
}
