package io.ringfence.gateway.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A place in the chain of records: how many there are, and the hash that stands for all of them.
 *
 * <p>A line is {@code {"n":N,FIELDS,"hash":"H"}}, where H is SHA-256 over the hash before it and
 * the line's bytes before {@code ,"hash"}. So neither an edit nor another order keeps the hashes.
 */
record Chain(long count, byte[] hash) {
  static final Chain START = new Chain(0, new byte[32]);

  /** A line at most; a longer one is no record. */
  static final int LINE_BYTES_MAX = 1 << 16;

  private static final byte[] HASH = ",\"hash\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\"}\n".getBytes(StandardCharsets.US_ASCII);

  /** Looking one up takes as long as hashing a line; each is as new after every use. */
  private static final ThreadLocal<MessageDigest> SHA = ThreadLocal.withInitial(Chain::sha);

  private static final int TAIL = HASH.length + 64 + END.length;

  /** A record's line, and the chain with it. */
  record Link(byte[] line, Chain chain) {}

  Link append(byte[] fields) {
    byte[] head = start(count + 1);
    byte[] line = Arrays.copyOf(head, head.length + fields.length + TAIL);
    System.arraycopy(fields, 0, line, head.length, fields.length);
    int body = head.length + fields.length;
    Chain next = new Chain(count + 1, digest(line, body));
    System.arraycopy(HASH, 0, line, body, HASH.length);
    byte[] hex = next.hex().getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(hex, 0, line, body + HASH.length, hex.length);
    System.arraycopy(END, 0, line, line.length - END.length, END.length);
    return new Link(line, next);
  }

  /** The chain with a line that was read, its end included; null when it does not follow. */
  Chain follow(byte[] line) {
    int body = line.length - TAIL;
    byte[] head = start(count + 1);
    if (body < head.length || !Arrays.equals(head, Arrays.copyOf(line, head.length))) {
      return null;
    }
    Chain next = new Chain(count + 1, digest(line, body));
    byte[] tail =
        new String(HASH, StandardCharsets.US_ASCII)
            .concat(next.hex())
            .concat("\"}\n")
            .getBytes(StandardCharsets.US_ASCII);
    return Arrays.equals(tail, Arrays.copyOfRange(line, body, line.length)) ? next : null;
  }

  String hex() {
    return HexFormat.of().formatHex(hash);
  }

  private static byte[] start(long number) {
    return ("{\"n\":" + number + ",").getBytes(StandardCharsets.US_ASCII);
  }

  private byte[] digest(byte[] line, int length) {
    MessageDigest sha = SHA.get();
    sha.update(hash);
    sha.update(line, 0, length);
    return sha.digest();
  }

  private static MessageDigest sha() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
