package org.statelessnf.store.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisAsyncCommandsImpl;
import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisReactiveCommandsImpl;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.StatefulRedisConnectionImpl;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.PushHandler;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.lettuce.core.resource.EventLoopGroupProvider;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.HashedWheelTimer;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.redis.RedisOptions.Endpoint;
import org.statelessnf.store.redis.RedisOptions.Login;
import org.statelessnf.store.redis.RedisOptions.Tls;

/**
 * Sets Lettuce up: what all sessions of a store share (a timer and two executor threads, which only
 * ever see time-outs and connects), and a client per session on the session's own event loop.
 */
final class Lettuce implements AutoCloseable {
  private final RedisOptions options;
  private final HashedWheelTimer timer =
      new HashedWheelTimer(new DefaultThreadFactory("snf-redis-timer", true));
  private final DefaultEventExecutorGroup executors =
      new DefaultEventExecutorGroup(2, new DefaultThreadFactory("snf-redis-executor", true));
  private @Nullable DefaultEventLoopGroupProvider threads;

  Lettuce(RedisOptions options) {
    this.options = options;
  }

  RedisOptions options() {
    return options;
  }

  /**
   * How a session's connections find addresses. Where only addresses are named, the JDK's resolver
   * has nothing to ask; else Netty's does, which does not block the session's thread.
   */
  AddressResolverGroup<InetSocketAddress> resolvers() {
    boolean named =
        options.endpoints().stream()
            .anyMatch(endpoint ->
                !NetUtil.isValidIpV4Address(endpoint.host())
                    && !NetUtil.isValidIpV6Address(endpoint.host())
                    && !endpoint.host().equals("localhost"));
    return named
        ? new DnsAddressResolverGroup(
            new DnsNameResolverBuilder()
                .datagramChannelType(
                    Epoll.isAvailable() ? EpollDatagramChannel.class : NioDatagramChannel.class)
                .socketChannelType(
                    Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class))
        : DefaultAddressResolverGroup.INSTANCE;
  }

  /** A client whose connections live on the session's loop. */
  RedisClient client(SessionEventLoop loop, AddressResolverGroup<InetSocketAddress> resolvers) {
    RedisClient client = new SessionClient(resources(new OneLoop(loop), resolvers));
    client.setOptions(configure(ClientOptions.builder()).build());
    return client;
  }

  /** A client, with threads of its own, that keeps track of a cluster's topology. */
  RedisClusterClient clusterClient() {
    DefaultEventLoopGroupProvider provider =
        new DefaultEventLoopGroupProvider(
            1, name -> new DefaultThreadFactory("snf-redis-topology", true));
    threads = provider;
    List<RedisURI> seeds = new ArrayList<>();
    for (Endpoint endpoint : options.endpoints()) {
      seeds.add(uri(endpoint));
    }
    RedisClusterClient client =
        RedisClusterClient.create(resources(provider, DefaultAddressResolverGroup.INSTANCE), seeds);
    ClusterClientOptions.Builder builder = ClusterClientOptions.builder();
    configure(builder);
    client.setOptions(builder.validateClusterNodeMembership(false).build());
    return client;
  }

  /** How to get to the one server, or to the master behind the sentinels. */
  RedisURI uri() {
    if (options.socket() != null) {
      return finish(RedisURI.Builder.socket(options.socket()), options.login());
    }
    if (options.master() == null) {
      return uri(options.endpoints().get(0));
    }
    RedisURI.Builder builder =
        RedisURI.builder()
            .withSentinelMasterId(options.master())
            .withTimeout(options.connectTimeout());
    for (Endpoint endpoint : options.endpoints()) {
      RedisURI.Builder sentinel = RedisURI.Builder.redis(endpoint.host(), endpoint.port());
      builder.withSentinel(finish(secure(sentinel), options.sentinelLogin()));
    }
    return finish(secure(builder.withDatabase(options.database())), options.login());
  }

  /** How to get to a server. */
  RedisURI uri(Endpoint endpoint) {
    RedisURI.Builder builder = RedisURI.Builder.redis(endpoint.host(), endpoint.port());
    return finish(secure(builder.withDatabase(options.database())), options.login());
  }

  @Override
  public void close() {
    if (threads != null) {
      var _ = threads.shutdown(0, 100, TimeUnit.MILLISECONDS);
    }
    var _ = executors.shutdownGracefully(0, 100, TimeUnit.MILLISECONDS);
    timer.stop();
  }

  private RedisURI finish(RedisURI.Builder builder, Login login) {
    RedisURI uri = builder.withTimeout(options.connectTimeout()).withLibraryName("").build();
    if (options.socket() != null) {
      uri.setDatabase(options.database());
    }
    if (login.password() != null) {
      if (login.user() != null) {
        uri.setAuthentication(login.user(), login.password());
      } else {
        uri.setAuthentication(login.password());
      }
    }
    return uri;
  }

  private RedisURI.Builder secure(RedisURI.Builder builder) {
    Tls tls = options.tls();
    return tls == null
        ? builder
        : builder
            .withSsl(true)
            .withVerifyPeer(
                switch (tls.verify()) {
                  case FULL -> SslVerifyMode.FULL;
                  case CA -> SslVerifyMode.CA;
                  case NONE -> SslVerifyMode.NONE;
                });
  }

  private <B extends ClientOptions.Builder> B configure(B builder) {
    boolean unix = options.socket() != null;
    SocketOptions.Builder sockets =
        SocketOptions.builder()
            .connectTimeout(options.connectTimeout())
            .keepAlive(!unix)
            .tcpUserTimeout(SocketOptions.TcpUserTimeoutOptions.builder().disable().build());
    // Without its own reconnect Lettuce never sends a command a second time: NodeLink does the
    // rest.
    builder
        .autoReconnect(false)
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .maintNotificationsConfig(MaintNotificationsConfig.disabled())
        .socketOptions(sockets.build())
        .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build());
    Tls tls = options.tls();
    if (tls != null) {
      SslOptions.Builder ssl = SslOptions.builder().jdkSslProvider();
      if (tls.caFile() != null) {
        ssl.trustManager(tls.caFile().toFile());
      }
      if (tls.certFile() != null && tls.keyFile() != null) {
        ssl.keyManager(tls.certFile().toFile(), tls.keyFile().toFile(), null);
      }
      builder.sslOptions(ssl.build());
    }
    return builder;
  }

  /** Everything is passed in, so that shutting the resources down leaves the shared parts alone. */
  private ClientResources resources(
      EventLoopGroupProvider provider, AddressResolverGroup<InetSocketAddress> resolvers) {
    return DefaultClientResources.builder()
        .addressResolverGroup(resolvers)
        .eventLoopGroupProvider(provider)
        .eventExecutorGroup(executors)
        .timer(timer)
        .commandLatencyRecorder(CommandLatencyRecorder.disabled())
        .commandLatencyPublisherOptions(
            io.lettuce.core.event.DefaultEventPublisherOptions.disabled())
        .build();
  }

  /**
   * A client whose connections carry no command interfaces. Requests go straight to the channel,
   * and the interfaces, proxies of a thousand methods, are a good part of what a first connect
   * costs.
   */
  private static final class SessionClient extends RedisClient {
    SessionClient(ClientResources resources) {
      super(resources, new RedisURI());
    }

    @Override
    protected <K, V> StatefulRedisConnectionImpl<K, V> newStatefulRedisConnection(
        RedisChannelWriter writer, PushHandler pushes, RedisCodec<K, V> codec, Duration timeout) {
      return new StatefulRedisConnectionImpl<>(writer, pushes, codec, timeout) {
        @Override
        protected @Nullable RedisCommands<K, V> newRedisSyncCommandsImpl() {
          return null;
        }

        @Override
        protected @Nullable RedisAsyncCommandsImpl<K, V> newRedisAsyncCommandsImpl() {
          return null;
        }

        @Override
        protected @Nullable RedisReactiveCommandsImpl<K, V> newRedisReactiveCommandsImpl() {
          return null;
        }
      };
    }
  }

  /** Gives every connection the one loop of its session. */
  private record OneLoop(SessionEventLoop loop) implements EventLoopGroupProvider {

    @Override
    @SuppressWarnings("unchecked") // Lettuce asks for a class only to know the kind of transport
    public <T extends EventLoopGroup> T allocate(Class<T> type) {
      return (T) loop;
    }

    @Override
    public int threadPoolSize() {
      return 1;
    }

    @Override
    public Future<Boolean> release(
        EventExecutorGroup group, long quietPeriod, long timeout, TimeUnit unit) {
      return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
    }

    @Override
    public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit unit) {
      return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
    }
  }
}
