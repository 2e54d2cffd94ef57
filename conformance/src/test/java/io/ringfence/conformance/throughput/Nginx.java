package io.ringfence.conformance.throughput;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** nginx, two workers, connections to the database kept; it knows no tokens. */
record Nginx(String program) implements Contender {
  @Override
  public String name() {
    return "nginx";
  }

  @Override
  public List<String> command(Site site, Demand demand, int port, int database) throws IOException {
    Path folder = Files.createDirectories(site.file("nginx-" + port));
    Path file = folder.resolve("nginx.conf");
    Files.writeString(
        file,
        """
        worker_processes 2;
        daemon off;
        user root;
        pid %1$s/pid;
        error_log %1$s/error.log;
        events { worker_connections 1024; }
        http {
          access_log off;
          client_body_temp_path %1$s/body;
          proxy_temp_path %1$s/proxy;
          fastcgi_temp_path %1$s/fastcgi;
          uwsgi_temp_path %1$s/uwsgi;
          scgi_temp_path %1$s/scgi;
          keepalive_requests 1000000000;
          upstream database { server 127.0.0.1:%2$d; keepalive 64; keepalive_requests 1000000000; }
          server {
            listen 127.0.0.1:%3$d ssl;
            ssl_certificate %4$s;
            ssl_certificate_key %5$s;
            ssl_protocols TLSv1.3;
            ssl_client_certificate %6$s;
            ssl_verify_client on;
            location / {
              proxy_pass http://database;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
            }
          }
        }
        """
            .formatted(
                folder,
                database,
                port,
                site.file("server.pem"),
                site.file("server.key"),
                site.file("ca.pem")));
    return List.of(
        program, "-p", folder.toString(), "-e", folder + "/start.log", "-c", file.toString());
  }
}
