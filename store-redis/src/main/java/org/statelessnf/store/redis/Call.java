package org.statelessnf.store.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request off the hot path: any command, whose answer is a tree of {@code List}, {@code byte[]},
 * {@code Long} and null.
 */
final class Call extends Exchange {
  private final byte[][] words;
  private final Deque<Nest> open = new ArrayDeque<>();
  private @Nullable Object result;
  private @Nullable Throwable cause;
  private boolean over;

  /** A list that is being filled. */
  private record Nest(List<@Nullable Object> list, int size) {}

  Call(byte[]... words) {
    this.words = words;
  }

  static Call of(String... words) {
    byte[][] bytes = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      bytes[i] = words[i].getBytes(StandardCharsets.UTF_8);
    }
    return new Call(bytes);
  }

  /** Whether it was answered or lost. */
  boolean isOver() {
    return over;
  }

  /** Why there is no answer, or null. */
  @Nullable Throwable cause() {
    return cause;
  }

  /** The answer. */
  @Nullable Object result() {
    return result;
  }

  /** The answer as text. */
  String text() {
    return result instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
  }

  /** The answer as a list. */
  @SuppressWarnings("unchecked")
  List<@Nullable Object> list() {
    return result instanceof List<?> list ? (List<@Nullable Object>) list : List.of();
  }

  @Override
  int size() {
    int size = Resp.arraySize(words.length);
    for (byte[] word : words) {
      size += Resp.bulkSize(word.length);
    }
    return size;
  }

  @Override
  void write(ByteBuffer out) {
    Resp.array(out, words.length);
    for (byte[] word : words) {
      Resp.bulk(out, word);
    }
  }

  @Override
  void rewind() {
    open.clear();
    result = null;
    cause = null;
    over = false;
  }

  @Override
  void answered() {
    over = true;
  }

  @Override
  void lost(Throwable why) {
    cause = why;
    over = true;
  }

  @Override
  public void multi(int count) {
    List<@Nullable Object> list = new ArrayList<>(Math.max(0, count));
    put(list);
    if (count > 0) {
      open.push(new Nest(list, count));
    }
  }

  @Override
  public void set(@Nullable ByteBuffer bytes) {
    byte[] copy = null;
    if (bytes != null) {
      copy = new byte[bytes.remaining()];
      bytes.get(copy);
    }
    put(copy);
  }

  @Override
  public void set(long integer) {
    put(integer);
  }

  @Override
  public void set(boolean value) {
    put(value ? 1L : 0L);
  }

  private void put(@Nullable Object value) {
    if (open.isEmpty()) {
      result = value;
      return;
    }
    Nest top = open.peek();
    top.list.add(value);
    // A list that this fills may itself be the last element of the one around it; that one was
    // counted when the inner list was put into it.
    while (!open.isEmpty() && open.peek().list.size() == open.peek().size) {
      open.pop();
    }
  }
}
