package io.ringfence.gateway.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.ringfence.gateway.request.HttpAnswer;
import java.io.IOException;

/**
 * A look at a database over HTTP: as the gateway logs in, and as somebody who shows nothing.
 *
 * @param known asks with the gateway's own credentials
 * @param stranger asks with none
 * @param logsIn whether the blueprint gives it credentials
 */
public record Visit(Asking known, Asking stranger, boolean logsIn) {
  /** How it calls itself. */
  public static final String USER_AGENT = "ringfence-doctor";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FINE = 200;

  /** Asks one question that changes nothing. */
  @FunctionalInterface
  public interface Asking {
    /**
     * @param path as of a {@code GET}
     * @throws IOException when nobody answers
     */
    HttpAnswer get(String path) throws IOException;
  }

  /**
   * What it answers; missing where it has nothing there.
   *
   * @throws IOException when it does not take the gateway for who it is
   */
  JsonNode known(String path) throws IOException {
    HttpAnswer answer = known.get(path);
    if (refuses(answer)) {
      throw new IOException(
          "it refuses the gateway's own credentials for `%s` (%d)"
              .formatted(path, answer.status()));
    }
    try {
      return answer.status() == FINE ? JSON.readTree(answer.body()) : MissingNode.getInstance();
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  /** Whether it answers whoever reaches it, at a path that is not for everybody. */
  boolean answersStrangers(String path) throws IOException {
    return stranger.get(path).status() == FINE;
  }

  private static boolean refuses(HttpAnswer answer) {
    return answer.status() == 401 || answer.status() == 403;
  }
}
