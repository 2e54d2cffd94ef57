package io.ringfence.gateway.wire.postgresql;

import io.ringfence.gateway.doctor.Catalogue;
import io.ringfence.gateway.doctor.CatalogueCheck;
import io.ringfence.gateway.doctor.CatalogueReader;
import io.ringfence.gateway.doctor.Clientele;
import io.ringfence.gateway.doctor.Diagnosis;
import io.ringfence.gateway.doctor.Finding;
import io.ringfence.gateway.doctor.RowSource;
import io.ringfence.gateway.wire.SessionProtocol;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A look at a database's catalogue, with the logins that the gateway has for its callers: any of
 * them sees what all reach.
 */
final class Examination {
  private static final int LOGIN_SECONDS_MAX = 10;

  /**
   * INVARIANT (nobody's functions answer): nothing that a tenant may have made is found by its
   * name.
   */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "application_name", "ringfence doctor",
          "client_encoding", "UTF8",
          "default_transaction_read_only", "on",
          "search_path", "pg_catalog",
          "standard_conforming_strings", "on",
          "statement_timeout", "10000");

  private final SessionProtocol.Place place;
  private final Database database;
  private final Clientele clientele;

  Examination(SessionProtocol.Place place, Clientele clientele) throws IOException {
    this.place = place;
    this.database = new Database(place);
    this.clientele = clientele;
  }

  /**
   * @throws IOException when it could not be looked at
   */
  Diagnosis run() throws IOException {
    String version = "";
    List<Finding> findings = new ArrayList<>();
    for (Map.Entry<String, List<String>> each : databases().entrySet()) {
      Catalogue catalogue = read(each.getKey(), each.getValue());
      version = catalogue.version();
      for (Finding finding : CatalogueCheck.of(catalogue, clientele)) {
        if (!findings.contains(finding)) {
          findings.add(finding);
        }
      }
    }
    return new Diagnosis(version, findings, notes(version));
  }

  private static List<String> notes(String version) {
    return CatalogueReader.isTried(version)
        ? List.of()
        : List.of("PostgreSQL " + version + " is newer than what the gateway was tried with");
  }

  /** One database that all come to, or each role's own. */
  private Map<String, List<String>> databases() throws IOException {
    Map<String, List<String>> out = new LinkedHashMap<>();
    for (String role : clientele.roles()) {
      out.computeIfAbsent(database.name(role), n -> new ArrayList<>()).add(role);
    }
    if (out.isEmpty()) {
      throw new IOException("no rule lets anybody come to it");
    }
    return out;
  }

  private Catalogue read(String name, List<String> roles) throws IOException {
    Optional<IOException> first = Optional.empty();
    for (String role : roles) {
      Database.Link link;
      try {
        link = login(new Database.Login(role, name, SETTINGS));
      } catch (IOException e) {
        first =
            first.or(() -> Optional.of(new IOException("as `" + role + "`: " + e.getMessage())));
        continue;
      }
      try {
        RowSource source = new RowQuery(link.channel());
        return CatalogueReader.read(source, clientele.roles());
      } finally {
        link.channel().close();
      }
    }
    throw first.orElseThrow();
  }

  private Database.Link login(Database.Login login) throws IOException {
    CompletableFuture<Database.Link> link =
        database.login(place.transport().anyLoop(), login).toCompletableFuture();
    try {
      return link.get(LOGIN_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause().getMessage()), e.getCause());
    } catch (TimeoutException e) {
      link.thenAccept(late -> late.channel().close());
      throw new IOException("the database does not answer in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("it was not waited for", e);
    }
  }
}
