package org.statelessnf.conformance.kit;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.TestAbortedException;
import org.statelessnf.store.Capabilities;
import org.statelessnf.store.Feature;

/**
 * Runs the test of a rule: skips it where its condition does not hold, hands it a {@link Kit},
 * guards against a hang, checks afterwards that nothing was left behind (rule C), and says with a
 * failure which rule was broken and where to look.
 */
public final class KitExtension implements InvocationInterceptor, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(KitExtension.class);

  /** So many hangs are failure enough: the rest of a hopeless run is skipped. */
  private static final int MAX_HANGS = 3;

  /** A test class that supplies the store under test. */
  public interface Suite {
    /**
     * Makes the fixture; called once per class.
     *
     * @param parameters of this run
     */
    StoreFixture newFixture(KitOptions.Parameters parameters) throws Exception;
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    Rule rule = context.getRequiredTestMethod().getAnnotation(Rule.class);
    if (rule == null) { // a backend's own test beside the rules
      invocation.proceed();
      return;
    }
    Kit kit = kit(context);
    KitRun run = run(context);
    if (run.hangs() >= MAX_HANGS) {
      throw new TestAbortedException(run.hangs() + " tests before this one hung");
    }
    Guarded body =
        () -> {
          try {
            requireConditions(rule, kit);
            invocation.proceed();
          } catch (Throwable e) {
            closeQuietly(kit, e);
            throw e;
          }
          kit.checkAndClose();
        };
    try {
      runGuarded(body, run, context);
    } catch (TestAbortedException e) {
      throw e;
    } catch (Throwable e) {
      throw new RuleViolation(rule, run.options().seed(), e);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Kit.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return kit(context);
  }

  private static Kit kit(ExtensionContext context) {
    KitRun run = run(context);
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            Kit.class,
            type -> {
              Rule rule = context.getRequiredTestMethod().getAnnotation(Rule.class);
              String id = rule == null ? context.getRequiredTestMethod().getName() : rule.id();
              return new Kit(run, id, context::publishReportEntry);
            },
            Kit.class);
  }

  private static KitRun run(ExtensionContext context) {
    ExtensionContext ofClass = context.getParent().orElseThrow();
    return ofClass
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            KitRun.class,
            type -> {
              KitOptions options = KitOptions.from(context::getConfigurationParameter);
              Suite suite = (Suite) context.getRequiredTestInstance();
              try {
                return new KitRun(options, suite.newFixture(context::getConfigurationParameter));
              } catch (RuntimeException e) {
                throw e;
              } catch (Exception e) {
                throw new IllegalStateException("the fixture could not be made", e);
              }
            },
            KitRun.class);
  }

  private static void requireConditions(Rule rule, Kit kit) {
    Capabilities declared = kit.capabilities();
    Set<Feature> missing = new TreeSet<>(Set.of(rule.needs()));
    missing.removeAll(declared.features());
    if (!missing.isEmpty()) {
      throw kit.skip("the store does not declare " + missing);
    }
    for (Feature feature : rule.undeclared()) {
      if (declared.has(feature)) {
        throw kit.skip("the store declares " + feature);
      }
    }
    if (declared.scope().compareTo(rule.scope()) < 0) {
      throw kit.skip("the store's scope is " + declared.scope());
    }
    Set<Fault> faults = new TreeSet<>(Set.of(rule.faults()));
    faults.removeAll(kit.fixture().faults().supported());
    if (!faults.isEmpty()) {
      throw kit.skip("the fixture does not offer the fault " + faults);
    }
  }

  private static void closeQuietly(Kit kit, Throwable failure) {
    try {
      kit.close();
    } catch (Throwable e) {
      failure.addSuppressed(e);
    }
  }

  // --- the hang guard ---

  @FunctionalInterface
  private interface Guarded {
    void run() throws Throwable;
  }

  private static void runGuarded(Guarded body, KitRun run, ExtensionContext context)
      throws Throwable {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (Throwable e) {
                failure.set(e);
              }
            },
            "kit-" + context.getRequiredTestMethod().getName());
    thread.setDaemon(true);
    thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    thread.start();
    Duration limit = run.options().hangLimit();
    if (!thread.join(limit)) {
      AssertionError hang =
          new AssertionError("did not end within %d s; it hangs at".formatted(limit.toSeconds()));
      hang.setStackTrace(thread.getStackTrace());
      run.hung();
      thread.interrupt();
      throw hang;
    }
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw thrown;
    }
  }
}
