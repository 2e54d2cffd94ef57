package io.ringfence.agent.kernel;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/** The calling process's session ({@code man 2 setsid}). */
@SuppressWarnings("restricted") // calling the C library is what this class is for
public final class Session {
  private Session() {}

  /**
   * Makes the process the leader of a session without a terminal, so that losing the terminal it
   * was started from does not end it. Does nothing where it already leads its group.
   */
  public static void detach() {
    Linker linker = Linker.nativeLinker();
    var setsid =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setsid"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT));
    try {
      int session = (int) setsid.invokeExact();
      assert session != 0;
    } catch (Throwable e) {
      throw new LinkageError("setsid", e);
    }
  }
}
