package org.statelessnf.nf.ips;

import java.lang.foreign.MemorySegment;
import org.statelessnf.nf.packet.Wire;

/**
 * What was found of signatures of which something is still missing: elements and where they end. If
 * there are more than fit, the oldest is forgotten, which a sender can bring about only by sending
 * that many open beginnings of signatures.
 */
final class Parts {
  /** Most parts of a stream. */
  static final int MAX = 32;

  /** Bytes of a part in a record: element, end. */
  static final int BYTES = 8;

  private final int[] element;
  private final int[] end;
  private int size;

  Parts(int max) {
    element = new int[max];
    end = new int[max];
  }

  void clear() {
    size = 0;
  }

  int size() {
    return size;
  }

  int element(int index) {
    return element[index];
  }

  /** Low 32 bits of the position behind it. */
  int end(int index) {
    return end[index];
  }

  boolean has(int which) {
    for (int i = 0; i < size; i++) {
      if (element[i] == which) {
        return true;
      }
    }
    return false;
  }

  void add(int which, int endsAt) {
    if (size == element.length) {
      removeAt(0);
    }
    element[size] = which;
    end[size++] = endsAt;
  }

  void removeAt(int index) {
    size--;
    System.arraycopy(element, index + 1, element, index, size - index);
    System.arraycopy(end, index + 1, end, index, size - index);
  }

  /** Removes the elements from first up to, without, last. */
  void removeRange(int first, int last) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (element[i] < first || element[i] >= last) {
        element[kept] = element[i];
        end[kept++] = end[i];
      }
    }
    size = kept;
  }

  void load(MemorySegment memory, long offset, int count) {
    size = Math.min(count, element.length);
    for (int i = 0; i < size; i++) {
      element[i] = Wire.i32(memory, offset + (long) BYTES * i);
      end[i] = Wire.i32(memory, offset + (long) BYTES * i + 4);
    }
  }

  void store(MemorySegment memory, long offset) {
    for (int i = 0; i < size; i++) {
      Wire.put32(memory, offset + (long) BYTES * i, element[i]);
      Wire.put32(memory, offset + (long) BYTES * i + 4, end[i]);
    }
  }
}
