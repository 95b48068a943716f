package org.statelessnf.nf.testing;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.DropReason;
import org.statelessnf.nf.Step;

/** A step of one leg that holds, emits and reports nothing: what an established flow needs. */
public abstract class PlainStep implements Step {

  @Override
  public void proceed(MemorySegment carried, long offset, int length) {
    throw new IllegalStateException("an established flow has one leg");
  }

  @Override
  public int leg() {
    return 0;
  }

  @Override
  public MemorySegment carried() {
    return MemorySegment.NULL;
  }

  @Override
  public long carriedOffset() {
    return 0;
  }

  @Override
  public int carriedLength() {
    return 0;
  }

  @Override
  public void hold() {
    throw new IllegalStateException("an established flow holds nothing");
  }

  @Override
  public void emit(MemorySegment frame, long offset, int length, boolean toOutside) {
    throw new IllegalStateException("an established flow emits nothing");
  }

  @Override
  public boolean retry() {
    throw new IllegalStateException("an established flow waits for nobody");
  }

  @Override
  public void discardFrame(DropReason reason) {
    throw new IllegalStateException("an established flow discards nothing");
  }

  @Override
  public void report(MemorySegment report, long offset, int length) {
    throw new IllegalStateException("an established flow reports nothing");
  }
}
