package io.ringfence.agent.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;
import java.util.Optional;

/** The functions of libnftables that this package calls ({@code man 3 libnftables}). */
@SuppressWarnings("restricted") // calling libnftables is what this class is for
final class NftablesLibrary {
  static final String FILE = "libnftables.so.1";

  /** Empty where the library is not installed. */
  static final Optional<NftablesLibrary> INSTALLED = load();

  private final SymbolLookup symbols;
  private final MethodHandle newContext;
  private final MethodHandle freeContext;
  private final MethodHandle setOutputFlags;
  private final MethodHandle setDryRun;
  private final MethodHandle bufferOutput;
  private final MethodHandle bufferError;
  private final MethodHandle output;
  private final MethodHandle error;
  private final MethodHandle run;

  private NftablesLibrary(SymbolLookup symbols) {
    this.symbols = symbols;
    newContext = function("nft_ctx_new", ADDRESS, JAVA_INT);
    freeContext = procedure("nft_ctx_free", ADDRESS);
    setOutputFlags = procedure("nft_ctx_output_set_flags", ADDRESS, JAVA_INT);
    setDryRun = procedure("nft_ctx_set_dry_run", ADDRESS, JAVA_BOOLEAN);
    bufferOutput = function("nft_ctx_buffer_output", JAVA_INT, ADDRESS);
    bufferError = function("nft_ctx_buffer_error", JAVA_INT, ADDRESS);
    output = function("nft_ctx_get_output_buffer", ADDRESS, ADDRESS);
    error = function("nft_ctx_get_error_buffer", ADDRESS, ADDRESS);
    run = function("nft_run_cmd_from_buffer", JAVA_INT, ADDRESS, ADDRESS);
  }

  private static Optional<NftablesLibrary> load() {
    try {
      return Optional.of(new NftablesLibrary(SymbolLookup.libraryLookup(FILE, Arena.global())));
    } catch (IllegalArgumentException | NoSuchElementException e) {
      return Optional.empty(); // not there, or too old to have all of it
    }
  }

  /** A context in the calling thread's network namespace, its output and errors kept in memory. */
  MemorySegment newContext() {
    try {
      var context = (MemorySegment) newContext.invokeExact(0);
      int outputKept = (int) bufferOutput.invokeExact(context);
      int errorKept = (int) bufferError.invokeExact(context);
      if (outputKept != 0 || errorKept != 0) {
        throw new OutOfMemoryError("libnftables' buffers");
      }
      return context;
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  void free(MemorySegment context) {
    try {
      freeContext.invokeExact(context);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  void setOutputFlags(MemorySegment context, int flags) {
    try {
      setOutputFlags.invokeExact(context, flags);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  void setDryRun(MemorySegment context, boolean dry) {
    try {
      setDryRun.invokeExact(context, dry);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** True when the command was accepted. */
  boolean run(MemorySegment context, String command) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) run.invokeExact(context, arena.allocateFrom(command)) == 0;
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** What was written since the last call. */
  String output(MemorySegment context) {
    return text(output, context);
  }

  /** What was complained of since the last call. */
  String error(MemorySegment context) {
    return text(error, context);
  }

  private static String text(MethodHandle function, MemorySegment context) {
    try {
      var text = (MemorySegment) function.invokeExact(context);
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  private static Error failure(Throwable e) {
    return e instanceof Error error ? error : new LinkageError("a call of libnftables", e);
  }

  private MethodHandle function(String name, MemoryLayout result, MemoryLayout... parameters) {
    return handle(name, FunctionDescriptor.of(result, parameters));
  }

  private MethodHandle procedure(String name, MemoryLayout... parameters) {
    return handle(name, FunctionDescriptor.ofVoid(parameters));
  }

  private MethodHandle handle(String name, FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), descriptor);
  }
}
