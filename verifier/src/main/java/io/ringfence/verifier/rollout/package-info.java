/** Whether clusters keep their quorum while machines take over a new generation one by one. */
package io.ringfence.verifier.rollout;
