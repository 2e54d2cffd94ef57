package io.ringfence.conformance.throughput;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.X509Bundle;
import io.ringfence.gateway.testing.TestingAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder of one measurement: what every contender shows and trusts.
 *
 * @param client whom the load comes from
 */
record Site(Path folder, X509Bundle client, TestingAuthority authority, Tokens tokens) {
  static final String TRUST_DOMAIN = "acme.example";
  static final String CLIENT = "spiffe://" + TRUST_DOMAIN + "/ns/app/sa/rag-api";
  static final String SERVER = "gateway.acme.example";

  static Site in(Path folder) throws IOException {
    TestingAuthority authority = new TestingAuthority(TRUST_DOMAIN);
    TestingAuthority.write(authority.server(SERVER), folder, "server");
    authority.writeTrust(folder.resolve("ca.pem"));
    Files.writeString(
        folder.resolve("server-both.pem"),
        Files.readString(folder.resolve("server.pem"))
            + Files.readString(folder.resolve("server.key")));
    Tokens tokens = new Tokens();
    Files.writeString(folder.resolve("jwt.pem"), tokens.publicPem());
    Files.writeString(folder.resolve("jwks.json"), tokens.keySet());
    return new Site(folder, authority.workload(CLIENT), authority, tokens);
  }

  /** What clients speak: TLS 1.3, with their certificate. */
  SslContext clientTls() throws IOException {
    return SslContextBuilder.forClient()
        .keyManager(client.getKeyPair().getPrivate(), client.getCertificatePath())
        .trustManager(file("ca.pem").toFile())
        .protocols("TLSv1.3")
        .build();
  }

  Path file(String name) {
    return folder.resolve(name);
  }
}
