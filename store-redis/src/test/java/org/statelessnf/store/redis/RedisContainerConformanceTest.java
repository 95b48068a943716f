package org.statelessnf.store.redis;

import org.junit.jupiter.api.condition.EnabledIf;
import org.statelessnf.conformance.StoreConformanceTest;
import org.statelessnf.conformance.kit.StoreFixture;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The contract on a current Redis, which has Bloom filters of its own ({@code BF.*}), in a
 * container. Where there is no Docker engine the other classes, on this machine's {@code
 * redis-server}, must do.
 */
@EnabledIf(value = "hasDocker", disabledReason = "no Docker engine")
class RedisContainerConformanceTest extends StoreConformanceTest {
  private static final DockerImageName IMAGE = DockerImageName.parse("redis:8");
  private static final int PORT = 6379;

  static boolean hasDocker() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  @Override
  protected StoreFixture createFixture() {
    GenericContainer<?> container = new GenericContainer<>(IMAGE).withExposedPorts(PORT);
    container.start();
    String address = "redis://%s:%d".formatted(container.getHost(), container.getMappedPort(PORT));
    return new ServersFixture(address, "redis://127.0.0.1:1", container::close);
  }
}
