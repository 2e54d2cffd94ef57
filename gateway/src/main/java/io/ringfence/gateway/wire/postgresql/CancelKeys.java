package io.ringfence.gateway.wire.postgresql;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The keys that sessions are given to cancel their statements by; the database's stay here. */
final class CancelKeys {
  /** Of protocol 3.0. */
  static final int SHORT = 4;

  /** Of protocol 3.2, as PostgreSQL 18 makes them. */
  static final int LONG = 32;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Map<Integer, Issued> issued = new ConcurrentHashMap<>();

  /** A key, and what it cancels. */
  record Issued(int process, byte[] secret, Runnable cancel) {}

  Issued issue(int secretBytes, Runnable cancel) {
    byte[] secret = new byte[secretBytes];
    RANDOM.nextBytes(secret);
    while (true) {
      Issued made = new Issued(1 + RANDOM.nextInt(Integer.MAX_VALUE - 1), secret, cancel);
      if (issued.putIfAbsent(made.process(), made) == null) {
        return made;
      }
    }
  }

  void withdraw(Issued key) {
    issued.remove(key.process(), key);
  }

  Optional<Runnable> find(int process, byte[] secret) {
    Issued found = issued.get(process);
    return found != null && MessageDigest.isEqual(found.secret(), secret)
        ? Optional.of(found.cancel())
        : Optional.empty();
  }
}
