package io.ringfence.gateway.engine.postgresql.sql;

import java.util.Locale;

/** One statement. */
public record Statement(Kind kind, Node.Group tree) {
  /** What statements are told apart by. */
  public enum Kind {
    SELECT,
    INSERT,
    UPDATE,
    DELETE,
    MERGE,
    TRUNCATE,
    COPY_IN,
    COPY_OUT,
    CREATE_TABLE,
    ALTER_TABLE,
    DROP_TABLE,
    CREATE_INDEX,
    DROP_INDEX,
    CREATE_EXTENSION,
    BEGIN,
    COMMIT,
    ROLLBACK,
    SAVEPOINT,
    RELEASE,
    ROLLBACK_TO,
    SET_TRANSACTION,
    SET,
    RESET,
    RESET_ALL,
    UNLISTEN,
    SHOW,
    PREPARE,
    EXECUTE,
    DEALLOCATE,
    DEALLOCATE_ALL,
    DECLARE,
    FETCH,
    CLOSE,
    CLOSE_ALL,
    DISCARD,
    DISCARD_ALL;

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** In lower case with spaces, as in an operation's name. */
  public String text() {
    return kind.text;
  }
}
