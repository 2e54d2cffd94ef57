package io.ringfence.lab.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A PostgreSQL server's data folder: a copy of a template that holds the database and no more, made
 * once beside the programs.
 */
final class PgDataFolder {
  static final String SUPERUSER = "postgres";
  static final String DATABASE = "rag";

  private static final String BIN = "pgserver/pginstall/bin/";

  /** Another content of the template is another number. */
  private static final String TEMPLATE_SUFFIX = "-template-2";

  /** The superuser from its own host only, tenants to their database only, by password alone. */
  private static final String HOST_BASED_AUTHENTICATION =
      """
      host all postgres samehost scram-sha-256
      host all postgres all reject
      host rag all all scram-sha-256
      """;

  private static final List<String> IN_TEMPLATE1 =
      List.of(
          "alter database postgres rename to rag", "alter database template0 is_template false");

  /** One database is left of four, since what a copy takes is time for files. */
  private static final List<String> IN_RAG =
      List.of(
          "create extension vector",
          "drop database template0",
          "alter database template1 is_template false",
          "drop database template1",
          "revoke all on schema public from public",
          "revoke all on database rag from public");

  /** Nothing in the lab outlives a crash of the machine, so nothing waits for the disk. */
  private static final List<String> SETTINGS =
      List.of(
          "unix_socket_directories=",
          "password_encryption=scram-sha-256",
          "fsync=off",
          "synchronous_commit=off",
          "full_page_writes=off",
          "max_connections=40",
          "shared_buffers=32MB",
          "log_connections=all");

  private final Path folder;
  private final Sandbox sandbox;

  private PgDataFolder(Path installed, Path folder) throws IOException {
    this.folder = folder;
    this.sandbox = Sandbox.of(installed, Optional.empty(), folder);
  }

  /** A fresh one at that place, instead of what is there. */
  static PgDataFolder create(Path installed, Path folder) throws IOException {
    Trees.delete(folder);
    Trees.copy(template(installed), folder);
    return new PgDataFolder(installed, folder);
  }

  private static Path template(Path installed) throws IOException {
    Path template = installed.resolveSibling(installed.getFileName() + TEMPLATE_SUFFIX);
    if (Files.isDirectory(template)) {
      return template;
    }
    Path scratch = Files.createTempDirectory(installed.getParent(), "template-");
    try {
      Path fresh = scratch.resolve("data");
      Sandbox.makeData(fresh);
      new PgDataFolder(installed, fresh).initialise();
      Trees.moveUnlessThere(fresh, template);
    } finally {
      Trees.delete(scratch);
    }
    return template;
  }

  /** The superuser has no password yet, so nobody can log in to what is made here. */
  private void initialise() throws IOException {
    List<String> initdb =
        List.of(
            program("initdb"),
            "--pgdata=" + sandbox.dataInside(),
            "--username=" + SUPERUSER,
            "--auth=reject",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--wal-segsize=1",
            "--no-sync",
            "--no-instructions");
    Command.require("create a PostgreSQL data folder", sandbox.command(initdb), "");
    alone("template1", IN_TEMPLATE1);
    alone(DATABASE, IN_RAG);
    Files.writeString(folder.resolve("pg_hba.conf"), HOST_BASED_AUTHENTICATION);
  }

  void setPassword(String password) throws IOException {
    alone(DATABASE, List.of("alter role %s password '%s'".formatted(SUPERUSER, password)));
  }

  /** Runs statements in single-user mode, without network and login; they stand in no argument. */
  private void alone(String database, List<String> statements) throws IOException {
    List<String> single = new ArrayList<>();
    single.addAll(List.of(program("postgres"), "--single", "-D", sandbox.dataInside()));
    SETTINGS.forEach(s -> single.addAll(List.of("-c", s)));
    single.addAll(List.of("-c", "exit_on_error=on", "-c", "log_min_error_statement=panic"));
    single.add(database);
    String input = String.join("\n", statements) + "\n";
    Command.require("prepare the PostgreSQL data folder", sandbox.command(single), input);
  }

  /** The command that serves it at one address. */
  List<String> server(NamespaceRunner home, String address, int port) {
    List<String> out = new ArrayList<>();
    out.addAll(List.of(program("postgres"), "-D", sandbox.dataInside()));
    out.addAll(List.of("-c", "listen_addresses=" + address, "-c", "port=" + port));
    SETTINGS.forEach(s -> out.addAll(List.of("-c", s)));
    return sandbox.command(home, out);
  }

  private String program(String name) {
    return sandbox.softwareInside(BIN + name);
  }

  void delete() throws IOException {
    Trees.delete(folder);
  }
}
