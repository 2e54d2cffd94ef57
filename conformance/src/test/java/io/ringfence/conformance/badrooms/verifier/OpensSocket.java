package io.ringfence.conformance.badrooms.verifier;

import java.net.Socket;

public record OpensSocket(Socket socket) {}
