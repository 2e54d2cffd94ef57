package io.ringfence.verifier;

import io.ringfence.model.Blueprint;
import io.ringfence.model.Directory;
import io.ringfence.verifier.projection.Abreast;
import io.ringfence.verifier.reach.SegmentationMatrix;
import io.ringfence.verifier.subject.Edit;
import io.ringfence.verifier.subject.Subject;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The full proof of a blueprint: its verification, and who reaches whom between its segments. A
 * value; from the proof of one blueprint that of an edited one is made at the cost of the edit.
 *
 * <p>For one thread, although it uses all processors itself.
 */
public final class Proof {
  private final Subject subject;
  private final Verification verification;
  private final SegmentationMatrix matrix;

  private Proof(Subject subject, Verification verification, SegmentationMatrix matrix) {
    this.subject = subject;
    this.verification = verification;
    this.matrix = matrix;
  }

  public static Proof of(Blueprint blueprint) {
    return of(new Subject(new Directory(blueprint)));
  }

  /** That of a subject which other questions are asked about too. */
  public static Proof of(Subject subject) {
    List<Supplier<Object>> tasks =
        List.of(() -> Verification.of(subject), () -> new SegmentationMatrix(subject.beside()));
    List<Object> done = Abreast.all(tasks);
    subject.space(); // Made before the first edit, which would wait for it.
    return new Proof(subject, (Verification) done.getFirst(), (SegmentationMatrix) done.getLast());
  }

  /**
   * The proof of an edited blueprint, equal to {@link #of(Blueprint)} of it. Rules that are added,
   * removed or written otherwise cost what they touch; any other edit costs a full proof.
   */
  public Proof after(Blueprint edited) {
    Optional<Edit> edit = subject.edit(edited);
    return edit.isPresent() ? after(edit.get()) : of(edited);
  }

  private Proof after(Edit edit) {
    return new Proof(edit.after(), verification.after(edit), matrix.after(edit));
  }

  public Blueprint blueprint() {
    return subject.blueprint();
  }

  public Verification verification() {
    return verification;
  }

  public SegmentationMatrix matrix() {
    return matrix;
  }
}
