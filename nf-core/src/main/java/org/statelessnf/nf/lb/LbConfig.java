package org.statelessnf.nf.lb;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a load balancer serves. All instances must have the same.
 *
 * @param services virtual addresses with their back ends
 */
public record LbConfig(List<Service> services) {
  /** Back ends that one service may have. */
  public static final int MAX_BACKENDS = 256;

  /** Copies and checks. */
  public LbConfig {
    services = List.copyOf(services);
    Set<Endpoint> seen = new HashSet<>();
    for (Service service : services) {
      if (!seen.add(service.vip())) {
        throw new IllegalArgumentException("virtual address " + service.vip() + " is given twice");
      }
    }
  }

  /**
   * A virtual address and who serves it.
   *
   * @param vip address and port that clients talk to
   * @param backends addresses and ports that traffic is sent to, of the same IP version
   */
  public record Service(Endpoint vip, List<Endpoint> backends) {

    /** Copies and checks. */
    public Service {
      backends = List.copyOf(backends);
      if (backends.isEmpty() || backends.size() > MAX_BACKENDS) {
        throw new IllegalArgumentException(
            "%s has %d back ends, allowed are 1 to %d"
                .formatted(vip, backends.size(), MAX_BACKENDS));
      }
      Set<Endpoint> seen = new HashSet<>();
      for (Endpoint backend : backends) {
        if (backend.ipVersion() != vip.ipVersion()) {
          throw new IllegalArgumentException(
              "back end " + backend + " is not of the IP version of " + vip);
        }
        if (backend.equals(vip)) {
          throw new IllegalArgumentException("back end " + backend + " is the virtual address");
        }
        if (!seen.add(backend)) {
          throw new IllegalArgumentException("back end " + backend + " is given twice");
        }
      }
    }
  }

  /**
   * One service from text.
   *
   * @param vip {@code ADDRESS:PORT}
   * @param backends {@code ADDRESS:PORT[,…]}
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  public static LbConfig of(String vip, String backends) {
    List<Endpoint> list = new ArrayList<>();
    for (String backend : backends.split(",", -1)) {
      list.add(Endpoint.parse(backend.strip()));
    }
    return new LbConfig(List.of(new Service(Endpoint.parse(vip), list)));
  }
}
