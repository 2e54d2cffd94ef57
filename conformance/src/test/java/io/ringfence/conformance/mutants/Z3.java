package io.ringfence.conformance.mutants;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The solver Z3 by its C interface, as far as it takes SMT-LIB 2 text and answers with text. */
@SuppressWarnings("restricted") // calling the C library is what this class is for
final class Z3 {
  static final String LIBRARY = "libz3.so.4";

  private static final Optional<Z3> INSTALLED = find();

  private final MethodHandle newConfiguration;
  private final MethodHandle deleteConfiguration;
  private final MethodHandle newContext;
  private final MethodHandle deleteContext;
  private final MethodHandle evaluate;
  private final MethodHandle ignoreErrors;

  private Z3(SymbolLookup library) {
    newConfiguration = function(library, "Z3_mk_config", FunctionDescriptor.of(ADDRESS));
    deleteConfiguration = function(library, "Z3_del_config", FunctionDescriptor.ofVoid(ADDRESS));
    newContext = function(library, "Z3_mk_context", FunctionDescriptor.of(ADDRESS, ADDRESS));
    deleteContext = function(library, "Z3_del_context", FunctionDescriptor.ofVoid(ADDRESS));
    evaluate =
        function(
            library, "Z3_eval_smtlib2_string", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
    ignoreErrors =
        function(library, "Z3_set_error_handler", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS));
  }

  private static MethodHandle function(
      SymbolLookup library, String name, FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), descriptor);
  }

  private static Optional<Z3> find() {
    try {
      return Optional.of(new Z3(SymbolLookup.libraryLookup(LIBRARY, Arena.global())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Empty where {@value #LIBRARY} is not installed; on Debian the package {@code libz3-4}. */
  static Optional<Z3> installed() {
    return INSTALLED;
  }

  /** What Z3 prints for a script, evaluated by itself. */
  String evaluate(String script) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment configuration = (MemorySegment) newConfiguration.invokeExact();
      MemorySegment context = (MemorySegment) newContext.invokeExact(configuration);
      // Errors are in the answer's text; without this they would end the process.
      ignoreErrors.invokeExact(context, MemorySegment.NULL);
      MemorySegment answer =
          (MemorySegment) evaluate.invokeExact(context, arena.allocateFrom(script));
      String text = answer.reinterpret(Long.MAX_VALUE).getString(0);
      deleteContext.invokeExact(context);
      deleteConfiguration.invokeExact(configuration);
      return text;
    } catch (Throwable e) {
      if (e instanceof Error error) {
        throw error;
      }
      throw new LinkageError("a call of Z3", e);
    }
  }
}
