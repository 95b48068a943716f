package org.statelessnf.store.redis;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.Ticker;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An event loop without a thread of its own: the session's thread drives it from {@code submit},
 * {@code poll} and {@code await}. Answers are decoded, and copied into the batch, on the thread
 * that waits for them.
 *
 * <p>Why not Lettuce's own threads: a hand-over to an I/O thread and back costs two wake-ups per
 * round trip, and an I/O thread that writes into a batch would have to be kept from doing so after
 * the batch's deadline. Here a batch, its connections and their answers have one thread, so an
 * abandoned request is simply detached ({@code docs/adr/0007-redis-client.md}).
 *
 * <p>Netty's {@code ManualIoEventLoop} does the same but belongs to one thread for ever; a session
 * may be handed over and may be closed by another thread. {@link #adopt} makes the calling thread
 * the owner. As for a session, calls come from one thread at a time; only {@link #execute} and
 * scheduling are safe from any thread.
 */
final class SessionEventLoop extends AbstractScheduledEventExecutor implements IoEventLoop {
  private static final int OPEN = 0;
  private static final int CLOSED = 1;

  /** Tasks are few: connects, closes, time-outs. Commands do not pass through here. */
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  private final Promise<Void> termination = new DefaultPromise<>(GlobalEventExecutor.INSTANCE);
  private final IoHandler handler;
  private final Waiting waiting = new Waiting();
  private volatile @Nullable Thread owner;
  private volatile boolean running;
  private volatile int state = OPEN;
  private boolean initialized;

  SessionEventLoop() {
    IoHandlerFactory factory =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    this.handler = factory.newHandler(this);
  }

  /** Makes the calling thread the one that drives this loop. */
  void adopt() {
    Thread current = Thread.currentThread();
    if (owner != current) {
      // Another thread is still inside only if the session is used by two threads at once, or is
      // closed under the thread that works with it: wait for it to come out.
      long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
      while (running && System.nanoTime() - patience < 0) {
        handler.wakeup();
        Thread.onSpinWait();
      }
      owner = current;
    }
  }

  /**
   * Reads, writes and runs tasks that are due, on the calling thread, which must have {@link
   * #adopt}ed the loop.
   *
   * @param waitNanos how long to wait if there is nothing to do; 0 for not at all
   * @return how much was done
   */
  int run(long waitNanos) {
    if (state == CLOSED) {
      return 0;
    }
    running = true;
    try {
      if (!initialized) {
        initialized = true;
        handler.initialize();
      }
      waiting.nanos = waitNanos;
      int done = handler.run(waiting);
      return done + runTasks();
    } finally {
      running = false;
    }
  }

  /** Ends the loop and frees its file descriptors. Channels must have been closed before. */
  void destroy() {
    if (state == CLOSED) {
      return;
    }
    adopt();
    if (initialized) {
      runTasks();
      handler.prepareToDestroy();
      runTasks();
    }
    cancelScheduledTasks();
    state = CLOSED;
    handler.destroy();
    runTasks();
    termination.trySuccess(null);
  }

  private int runTasks() {
    fetchFromScheduledTaskQueue(tasks);
    int done = 0;
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      safeExecute(task);
      done++;
    }
    return done;
  }

  @Override
  public void execute(Runnable command) {
    if (state == CLOSED && !inEventLoop()) {
      throw new RejectedExecutionException("session is closed");
    }
    tasks.add(command);
    if (!inEventLoop()) {
      handler.wakeup();
    }
  }

  @Override
  public boolean inEventLoop(Thread thread) {
    return owner == thread;
  }

  @Override
  public IoEventLoop next() {
    return this;
  }

  @Override
  public @Nullable IoEventLoopGroup parent() {
    return null;
  }

  @Override
  public Ticker ticker() {
    return Ticker.systemTicker();
  }

  @Override
  @Deprecated
  public ChannelFuture register(Channel channel) {
    ChannelPromise promise = new DefaultChannelPromise(channel, this);
    channel.unsafe().register(this, promise);
    return promise;
  }

  @Override
  @Deprecated
  public ChannelFuture register(ChannelPromise promise) {
    promise.channel().unsafe().register(this, promise);
    return promise;
  }

  @Override
  @Deprecated
  public ChannelFuture register(Channel channel, ChannelPromise promise) {
    channel.unsafe().register(this, promise);
    return promise;
  }

  @Override
  public Future<IoRegistration> register(IoHandle handle) {
    Promise<IoRegistration> promise = newPromise();
    if (inEventLoop()) {
      register(handle, promise);
    } else {
      execute(() -> register(handle, promise));
    }
    return promise;
  }

  private void register(IoHandle handle, Promise<IoRegistration> promise) {
    try {
      promise.setSuccess(handler.register(handle));
    } catch (Exception e) {
      promise.setFailure(e);
    }
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handleType) {
    return handler.isCompatible(handleType);
  }

  @Override
  public boolean isIoType(Class<? extends IoHandler> handlerType) {
    return handler.getClass().equals(handlerType);
  }

  /** Lettuce releases its loops; this one ends with its session, by {@link #destroy}. */
  @Override
  public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
    return termination;
  }

  @Override
  @Deprecated
  public void shutdown() {}

  @Override
  public boolean isShuttingDown() {
    return state == CLOSED;
  }

  @Override
  public boolean isShutdown() {
    return state == CLOSED;
  }

  @Override
  public boolean isTerminated() {
    return state == CLOSED;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return termination.await(timeout, unit);
  }

  @Override
  public Future<?> terminationFuture() {
    return termination;
  }

  /** How long the I/O handler may wait. */
  private final class Waiting implements IoHandlerContext {
    private long nanos;

    @Override
    public boolean canBlock() {
      return nanos > 0 && tasks.isEmpty() && !hasScheduledTasks();
    }

    @Override
    public long delayNanos(long currentTimeNanos) {
      return nanos == 0
          ? 0
          : Math.min(nanos, SessionEventLoop.this.delayNanos(currentTimeNanos, nanos));
    }

    @Override
    public long deadlineNanos() {
      if (nanos == 0) {
        return -1;
      }
      long until = ticker().nanoTime() + nanos;
      long next = nextScheduledTaskDeadlineNanos();
      return next == -1 || next - until > 0 ? until : next;
    }
  }
}
