package io.ringfence.conformance.isolation;

import io.ringfence.conformance.gateway.RealChroma;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The databases of one engine, on which subjects stand one after the other. */
interface Grounds extends AutoCloseable {
  /** What can be taken away. */
  List<String> guards();

  /** With every guard. */
  Subject whole() throws IOException;

  Subject without(String guard) throws IOException;

  @Override
  void close();

  static Grounds of(IsolationCommand.Engine engine, Path folder)
      throws IOException, InterruptedException {
    return switch (engine) {
      case chroma -> OfChroma.start(folder);
      case qdrant -> OfQdrant.start(folder);
      case postgresql -> new OfPostgresql(PostgresqlSubject.Database.start(), folder);
    };
  }

  /** The shared database and the twins. */
  record OfChroma(List<RealChroma> all, Path folder) implements Grounds {
    static OfChroma start(Path folder) throws IOException, InterruptedException {
      List<RealChroma> out = new ArrayList<>();
      try {
        for (String name : List.of("shared", "names", "rows")) {
          out.add(RealChroma.start(Files.createDirectories(folder.resolve(name).resolve("data"))));
        }
        return new OfChroma(out, folder);
      } catch (IOException | InterruptedException | RuntimeException e) {
        out.forEach(RealChroma::close);
        throw e;
      }
    }

    @Override
    public List<String> guards() {
      return ChromaSubject.Without.each().stream().map(Object::toString).toList();
    }

    @Override
    public Subject whole() throws IOException {
      return subject(ChromaSubject.Without.NOTHING);
    }

    @Override
    public Subject without(String guard) throws IOException {
      return subject(named(ChromaSubject.Without.each(), guard));
    }

    private Subject subject(ChromaSubject.Without without) throws IOException {
      List<ChromaServerClient> clients =
          all.stream().map(s -> new ChromaServerClient(s.socket())).toList();
      return new ChromaSubject(clients.get(0), clients.get(1), clients.get(2), folder, without);
    }

    @Override
    public void close() {
      all.forEach(RealChroma::close);
    }
  }

  /** One server with all databases. */
  record OfPostgresql(PostgresqlSubject.Database database, Path folder) implements Grounds {
    @Override
    public List<String> guards() {
      return PostgresqlSubject.Without.each().stream().map(Object::toString).toList();
    }

    @Override
    public Subject whole() throws IOException {
      return new PostgresqlSubject(database, folder, PostgresqlSubject.Without.NOTHING);
    }

    @Override
    public Subject without(String guard) throws IOException {
      return new PostgresqlSubject(
          database, folder, named(PostgresqlSubject.Without.each(), guard));
    }

    @Override
    public void close() {
      database.close();
    }
  }

  /** The shared stand-in and the twins. */
  record OfQdrant(List<QdrantSubject.Server> all, Path folder) implements Grounds {
    static OfQdrant start(Path folder) throws IOException {
      List<QdrantSubject.Server> out = new ArrayList<>();
      try {
        for (String name : List.of("shared", "names", "rows")) {
          out.add(QdrantSubject.Server.start(folder.resolve(name)));
        }
        return new OfQdrant(out, folder);
      } catch (IOException | RuntimeException e) {
        out.forEach(QdrantSubject.Server::close);
        throw e;
      }
    }

    @Override
    public List<String> guards() {
      return QdrantSubject.Without.each().stream().map(Object::toString).toList();
    }

    @Override
    public Subject whole() throws IOException {
      return subject(QdrantSubject.Without.NOTHING);
    }

    @Override
    public Subject without(String guard) throws IOException {
      return subject(named(QdrantSubject.Without.each(), guard));
    }

    private Subject subject(QdrantSubject.Without without) throws IOException {
      return new QdrantSubject(all.get(0), all.get(1), all.get(2), folder, without);
    }

    @Override
    public void close() {
      all.forEach(QdrantSubject.Server::close);
    }
  }

  private static <W> W named(List<W> each, String name) {
    return each.stream().filter(w -> w.toString().equals(name)).findFirst().orElseThrow();
  }
}
