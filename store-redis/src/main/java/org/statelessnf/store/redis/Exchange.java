package org.statelessnf.store.redis;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One request to one server and its answer. It is Lettuce's command and Lettuce's output at once,
 * so that it can be used again and encodes straight into the socket's buffer.
 *
 * <p>Everything happens on the thread of the {@link Wire} it is sent over. Ends in exactly one of
 * {@link #answered} (the server replied, perhaps with an error, see {@link #getError}) and {@link
 * #lost} (the connection broke, or there was none). {@link #wasSent} tells a request that the
 * server cannot have seen from one that it may have executed.
 */
abstract class Exchange extends CommandOutput<byte[], byte[], Object>
    implements RedisCommand<byte[], byte[], Object> {
  private static final CommandArgs<byte[], byte[]> NO_ARGS =
      new CommandArgs<>(ByteArrayCodec.INSTANCE);

  private @Nullable NodeLink link;
  private boolean sent;
  private boolean done;
  private boolean forsaken;
  private int epoch;

  @SuppressWarnings("NullAway") // there is no output object: the answer goes where it belongs
  Exchange() {
    super(ByteArrayCodec.INSTANCE, null);
  }

  // --- what a kind of request says ---

  /** Size of the request in bytes; {@link #write} writes exactly so many. */
  abstract int size();

  /** Writes the request. */
  abstract void write(ByteBuffer out);

  /** The server has answered. */
  abstract void answered();

  /**
   * There will be no answer.
   *
   * @param cause why, for logs
   */
  abstract void lost(Throwable cause);

  // --- life ---

  /** Makes it ready to be sent, again or for the first time. */
  final void prepare(NodeLink by) {
    reset();
    link = by;
  }

  /** Forgets that it was ever sent. */
  final void reset() {
    link = null;
    sent = false;
    done = false;
    forsaken = false;
    epoch = 0;
    error = null;
    rewind();
  }

  /** Forgets a partial answer. */
  void rewind() {}

  /**
   * Nobody waits for the answer any more; what arrives is thrown away by whoever overrides this.
   */
  final void forsake() {
    if (!forsaken && !done) {
      forsaken = true;
      if (link != null) {
        link.forsaken(this);
      }
    }
  }

  final boolean isForsaken() {
    return forsaken;
  }

  /** Whether its bytes went towards the server: if not, it was certainly not executed. */
  final boolean wasSent() {
    return sent;
  }

  /** For links: which of its connections it goes over; 0 while it waits. */
  final int epoch() {
    return epoch;
  }

  /** For links: see {@link #epoch()}. */
  final void epoch(int number) {
    epoch = number;
  }

  /** The link it went over last, or null. */
  final @Nullable NodeLink link() {
    return link;
  }

  // --- Lettuce's command ---

  @Override
  public final void encode(ByteBuf buffer) {
    sent = true;
    int size = size();
    buffer.ensureWritable(size);
    int start = buffer.writerIndex();
    ByteBuffer out = buffer.internalNioBuffer(start, size);
    int from = out.position();
    write(out);
    if (out.position() - from != size) {
      throw new IllegalStateException("request of " + (out.position() - from) + ", not " + size);
    }
    buffer.writerIndex(start + size);
  }

  @Override
  public final void complete() {
    if (!done) {
      done = true;
      if (link != null) {
        link.ended(this, true);
      }
      answered();
    }
  }

  @Override
  public final boolean completeExceptionally(Throwable cause) {
    if (done) {
      return false;
    }
    done = true;
    if (link != null) {
      link.ended(this, false);
    }
    lost(cause);
    return true;
  }

  @Override
  public final void cancel() {
    completeExceptionally(new IllegalStateException("connection was closed"));
  }

  @Override
  public final boolean isDone() {
    return done;
  }

  @Override
  public final boolean isCancelled() {
    return false;
  }

  @Override
  public final CommandOutput<byte[], byte[], Object> getOutput() {
    return this;
  }

  @Override
  public final void setOutput(CommandOutput<byte[], byte[], Object> output) {
    throw new UnsupportedOperationException();
  }

  @Override
  public final CommandArgs<byte[], byte[]> getArgs() {
    return NO_ARGS;
  }

  @Override
  public final ProtocolKeyword getType() {
    return CommandType.EVALSHA;
  }

  // --- Lettuce's output; each kind of request overrides what it expects ---

  @Override
  public void set(@Nullable ByteBuffer bytes) {}

  @Override
  public void set(long integer) {}

  @Override
  public void set(double number) {}

  @Override
  public void set(boolean value) {}

  @Override
  public void multi(int count) {}

  @Override
  public String toString() {
    return getClass().getSimpleName();
  }
}
